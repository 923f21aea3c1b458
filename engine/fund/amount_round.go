package fund

// RoundDown cuts a after the given number of decimal places, toward zero. Negative places clear digits before
// the point.
func (a Amount) RoundDown(places int) Amount {
	if a.big == nil && places >= int(a.form.scale()) {
		return a
	}
	return a.FloorTo(NewAmount(1, places))
}

// RoundUp rounds a away from zero to the given number of decimal places. Negative places round to whole tens,
// hundreds and so on.
func (a Amount) RoundUp(places int) Amount {
	if a.big == nil && places >= int(a.form.scale()) {
		return a
	}
	return a.CeilTo(NewAmount(1, places))
}

// FloorTo returns the largest multiple of step in magnitude that does not exceed |a|, with a's sign. step must be
// positive.
func (a Amount) FloorTo(step Amount) Amount {
	n, _ := a.steps(step)
	return n.Mul(step)
}

// CeilTo returns the smallest multiple of step in magnitude that reaches |a|, with a's sign. step must be positive.
func (a Amount) CeilTo(step Amount) Amount {
	n, exact := a.steps(step)
	if !exact {
		n = n.Add(one(a.Sign()))
	}
	return n.Mul(step)
}

// QuoUp returns a/b rounded away from zero to the given number of places. b must not be 0. It serves fees in a
// third asset and the sizes of slices; the ledger itself never divides.
func (a Amount) QuoUp(b Amount, places int) Amount {
	unit := NewAmount(1, places)
	n, exact := a.steps(b.Mul(unit))
	if !exact {
		n = n.Add(one(a.Sign() * b.Sign()))
	}
	return n.Mul(unit)
}

// steps returns a/step cut to a whole number, and whether nothing was cut.
func (a Amount) steps(step Amount) (n Amount, exact bool) {
	if a.big == nil && step.big == nil {
		u, v, ok := align(a, step)
		if !ok && a.form.scale() > step.form.scale() { // one step is too large to be written with a's places: none fits in a
			return Amount{}, a.mag.isZero()
		}
		if ok {
			q, rest := u.quoRem(v)
			return inPlace(q, 0, a.form^step.form < 0), rest.isZero()
		}
	}
	q, rest := a.Decimal().QuoRem(step.Decimal(), 0)
	return AmountOfDecimal(q), rest.IsZero()
}

// one returns ±1.
func one(sign int) Amount { return inPlace(uint128{0, 1}, 0, sign < 0) }
