package engine

// target returns what the fund should hold, and tells when assets lose or regain their weights. It is nil while the
// policy has none: then nothing is decided, but that a redemption that waits for cash is raised from all that is held.
func (c *Core) target() []float64 {
	target := c.policy.Target.Weights(&c.view)
	if c.omits != nil {
		c.tellOmitted(c.omits.Omitted())
	}
	if target == nil && c.unpaid() != nil {
		return c.weights()
	}
	return target
}

// tellOmitted tells once which assets have no weight, and once that all have one again.
func (c *Core) tellOmitted(now string) {
	if now == c.omitted {
		return
	}
	c.omitted = now
	if now == "" {
		now = "every asset of the target has what its weight is made of"
	}
	c.emit(&Alert{Unweighed, now})
}
