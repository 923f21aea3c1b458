package data

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow/memory"
)

// boundedMemory is what reading one file may use. A few damaged bytes can ask for any amount, and a Go program that
// gets no memory ends.
type boundedMemory struct {
	memory.Allocator
	left int
}

// Reading a file may take this many times its size, and this much of any.
const (
	memoryPerByte = 64
	memoryOfAny   = 256 << 20
)

func newBoundedMemory(size int) *boundedMemory {
	return &boundedMemory{memory.DefaultAllocator, max(memoryOfAny, memoryPerByte*size)}
}

// Allocate implements memory.Allocator. It panics where too much is asked for, which readers of files recover from.
func (m *boundedMemory) Allocate(size int) []byte {
	m.take(size)
	return m.Allocator.Allocate(size)
}

// Reallocate implements memory.Allocator, like Allocate.
func (m *boundedMemory) Reallocate(size int, b []byte) []byte {
	m.take(size - len(b))
	return m.Allocator.Reallocate(size, b)
}

// Free implements memory.Allocator.
func (m *boundedMemory) Free(b []byte) {
	m.left += len(b)
	m.Allocator.Free(b)
}

func (m *boundedMemory) take(size int) {
	if size > m.left {
		panic(fmt.Sprintf("it asks for %d bytes of memory", size))
	}
	m.left -= size
}
