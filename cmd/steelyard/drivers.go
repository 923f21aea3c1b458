package main

import (
	"fmt"

	"github.com/steelyard/steelyard/strategies/fundfile"
	"github.com/steelyard/steelyard/venues"
	"github.com/steelyard/steelyard/venues/binance"
)

// waitsName is the file of a run folder that says until when venues want to be left alone.
const waitsName = "waits.json"

// marketDrivers returns drivers of the fund's venues, by account, that read the market and have no keys.
func marketDrivers(f *fundfile.Fund, _ string, waits *venues.Waits) ([]venues.Driver, error) {
	var list []venues.Driver
	for _, v := range f.Venues {
		d := v.Driver
		if d.Kind != "binance" {
			return nil, unreachable(v.Name)
		}
		driver, err := binance.New(binance.Config{Name: v.Name, Testnet: d.Testnet, REST: d.REST, Stream: d.Stream, API: d.API, Waits: waits})
		if err != nil {
			return nil, err
		}
		list = append(list, driver)
	}
	return list, nil
}

func unreachable(venue string) error {
	return fmt.Errorf("the fund file does not say how to reach %s; add to that venue\n  driver: {kind: binance}", venue)
}
