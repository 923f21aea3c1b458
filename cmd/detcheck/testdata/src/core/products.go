package core

type number interface{ ~int | ~float64 }

func products[T number](x, y, z float64, n, m int, s, t T) {
	_ = x*y + z        // want `the product x \* y is added without being rounded, and some builds fuse the two: write float64\(x \* y\)`
	_ = z - (-(x * y)) // want `the product x \* y is added`
	z += x * y         // want `the product x \* y is added`
	z -= (x * y)       // want `the product x \* y is added`
	_ = x*y*z + x*y    // want `the product x \* y \* z is added` `the product x \* y is added`
	_ = s*t + s        // want `the product s \* t is added`
	_ = x*y + z        //detcheck:allow the comparison below does not depend on the last bit
	_ = float64(x*y) + z
	_ = x*y/z + z
	_ = 2*3.5 + z
	_ = n*m + n
	z *= x * y
}
