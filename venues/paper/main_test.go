package paper_test

import (
	"testing"

	"github.com/steelyard/steelyard/venues/venuetest"
)

func TestMain(m *testing.M) { venuetest.Main(m) }
