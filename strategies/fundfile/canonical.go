package fundfile

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/strategies"
)

// Hash returns the SHA-256 of Canonical in hexadecimal: the fund's name in journals.
func (f *Fund) Hash() string {
	sum := sha256.Sum256(f.Canonical())
	return hex.EncodeToString(sum[:])
}

// Canonical returns the fund as one line of JSON with every default filled in and everything sorted by name. Files
// that mean the same give the same bytes, and the bytes are themselves a fund file that means the same.
func (f *Fund) Canonical() []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(f.file()); err != nil {
		panic("fundfile: a fund that was parsed cannot be encoded: " + err.Error())
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}

// amounts and the like are JSON objects with names as keys, which encoding/json sorts.
type amounts map[string]fund.Amount

// file is the shape of a fund file.
type file struct {
	Version   int                     `json:"version"`
	Fund      string                  `json:"fund"`
	Base      string                  `json:"base"`
	Assets    map[string]assetSection `json:"assets"`
	Start     map[string]amounts      `json:"start,omitempty"`
	Target    targetSection           `json:"target"`
	Trigger   triggerSection          `json:"trigger"`
	Orders    ordersSection           `json:"orders"`
	Execution executionSection        `json:"execution"`
	Risk      riskSection             `json:"risk"`
	Mandate   []ruleSection           `json:"mandate,omitempty"`
	Lists     map[string]listSection  `json:"lists,omitempty"`
	Venues    []venueSection          `json:"venues"`
	Flows     []flowSection           `json:"flows,omitempty"`
	Operators []operatorSection       `json:"operators,omitempty"`
	Data      dataSection             `json:"data"`
	Backtest  *backtestSection        `json:"backtest,omitempty"`
}

type assetSection struct {
	Decimals int `json:"decimals"`
}

type targetSection struct {
	Kind    string       `json:"kind"`
	Weights amounts      `json:"weights,omitempty"`
	Assets  []string     `json:"assets,omitempty"`
	Floor   *fund.Amount `json:"floor,omitempty"`
	Cap     *fund.Amount `json:"cap,omitempty"`
	Window  string       `json:"window,omitempty"`
	Every   string       `json:"every,omitempty"`

	MinCap    *fund.Amount `json:"min-cap,omitempty"`
	MaxCapAge string       `json:"max-cap-age,omitempty"`
	Vendor    string       `json:"vendor,omitempty"`
}

type triggerSection struct {
	Kind        string      `json:"kind"`
	Band        fund.Amount `json:"band,omitzero"`
	BandIs      string      `json:"band-is,omitempty"`
	Bands       amounts     `json:"bands,omitempty"`
	Every       string      `json:"every,omitempty"`
	On          string      `json:"on,omitempty"`
	At          string      `json:"at,omitempty"`
	AtMostEvery string      `json:"at-most-every,omitempty"`
	Floor       fund.Amount `json:"floor,omitzero"`
	Ratio       fund.Amount `json:"ratio,omitzero"`
}

type ordersSection struct {
	Aim   string      `json:"aim"`
	Dust  fund.Amount `json:"dust"`
	Retry string      `json:"retry"`
}

type riskSection struct {
	MaxWeight    amounts       `json:"max-weight,omitempty"`
	MaxOrder     fund.Amount   `json:"max-order,omitzero"`
	MaxPlan      fund.Amount   `json:"max-plan,omitzero"`
	Block        []string      `json:"block,omitempty"`
	Rules        []ruleSection `json:"rules,omitempty"`
	TwoOperators bool          `json:"two-operators,omitempty"`
	OnHalt       string        `json:"on-halt,omitempty"`
}

type venueSection struct {
	Name          string              `json:"name"`
	Address       string              `json:"address,omitempty"`
	Participation fund.Amount         `json:"participation,omitzero"`
	Latency       string              `json:"latency"`
	Jitter        string              `json:"jitter"`
	RejectRate    fund.Amount         `json:"reject-rate"`
	Driver        *driverSection      `json:"driver,omitempty"`
	Instruments   []instrumentSection `json:"instruments"`
}

type driverSection struct {
	Kind    string `json:"kind"`
	Testnet bool   `json:"testnet,omitempty"`
	REST    string `json:"rest,omitempty"`
	Stream  string `json:"stream,omitempty"`
	API     string `json:"api,omitempty"`
	Key     string `json:"key,omitempty"`
}

type instrumentSection struct {
	Name        string        `json:"name"`
	Lot         fund.Amount   `json:"lot"`
	Tick        fund.Amount   `json:"tick"`
	MinQuantity fund.Amount   `json:"min-quantity"`
	MaxQuantity fund.Amount   `json:"max-quantity,omitzero"`
	MinNotional fund.Amount   `json:"min-notional"`
	MaxNotional fund.Amount   `json:"max-notional,omitzero"`
	Prices      string        `json:"prices,omitempty"`
	Spread      fund.Amount   `json:"spread"`
	Fee         feeSection    `json:"fee"`
	Impact      impactSection `json:"impact"`
}

type feeSection struct {
	Taker    fund.Amount `json:"taker"`
	Maker    fund.Amount `json:"maker"`
	PerTrade fund.Amount `json:"per-trade,omitzero"`
	In       string      `json:"in"`
}

type flowSection struct {
	At      fund.Time   `json:"at"`
	Account string      `json:"account"`
	Asset   string      `json:"asset"`
	Amount  fund.Amount `json:"amount"`
}

type dataSection struct {
	MaxAge string `json:"max-age"`
	MaxGap string `json:"max-gap"`
	Window string `json:"window"`
	WarmUp string `json:"warm-up,omitempty"`
}

type backtestSection struct {
	From     fund.Time `json:"from"`
	To       fund.Time `json:"to"`
	Interval string    `json:"interval"`
	Fill     string    `json:"fill"`
	Seed     uint64    `json:"seed"`
}

// feeOf writes a fee schedule as the file does.
func feeOf(u *fund.Universe, f fund.Fees) feeSection {
	in := u.AssetName(f.Asset)
	switch f.In {
	case fund.FeeInQuote:
		in = "quote"
	case fund.FeeInBase:
		in = "base"
	case fund.FeeInReceived:
		in = "received"
	}
	return feeSection{f.Taker, f.Maker, f.PerTrade, in}
}

// span writes a duration that may be absent.
func span(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return strategies.Span(d)
}
