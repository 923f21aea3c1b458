package wire

import "github.com/steelyard/steelyard/engine/fund"

type balance struct {
	Asset  string `json:"asset"`
	Free   string `json:"free"`
	Locked string `json:"locked"`
}

// balances returns what the account holds of every asset that trades here.
func (s *Server) balances(c *call, omitZero bool) ([]balance, error) {
	held, err := s.cfg.Venue.Balances(c.ctx)
	if err != nil {
		return nil, err
	}
	list, has := []balance{}, map[string]bool{}
	for _, b := range held {
		list, has[b.Asset] = append(list, balance{b.Asset, decimal(b.Free), decimal(b.Locked)}), true
	}
	for _, l := range s.order {
		for _, asset := range []string{l.Base, l.Quote} {
			if !has[asset] && !omitZero {
				list, has[asset] = append(list, balance{asset, decimal(fund.Amount{}), decimal(fund.Amount{})}), true
			}
		}
	}
	return list, nil
}

type rates struct {
	Maker  string `json:"maker"`
	Taker  string `json:"taker"`
	Buyer  string `json:"buyer"`
	Seller string `json:"seller"`
}

func ratesOf(f fund.Fees) rates {
	return rates{decimal(f.Maker), decimal(f.Taker), decimal(fund.Amount{}), decimal(fund.Amount{})}
}

func (s *Server) account(c *call) (any, error) {
	list, err := s.balances(c, c.values["omitZeroBalances"] == "true")
	if err != nil {
		return nil, err
	}
	fees := s.order[0].fees
	points := func(rate fund.Amount) int { return int(rate.Float64()*10_000 + 0.5) }
	return struct {
		Maker       int       `json:"makerCommission"`
		Taker       int       `json:"takerCommission"`
		Buyer       int       `json:"buyerCommission"`
		Seller      int       `json:"sellerCommission"`
		Rates       rates     `json:"commissionRates"`
		CanTrade    bool      `json:"canTrade"`
		CanWithdraw bool      `json:"canWithdraw"`
		CanDeposit  bool      `json:"canDeposit"`
		Brokered    bool      `json:"brokered"`
		Prevention  bool      `json:"requireSelfTradePrevention"`
		PreventSor  bool      `json:"preventSor"`
		UpdateTime  int64     `json:"updateTime"`
		Type        string    `json:"accountType"`
		Balances    []balance `json:"balances"`
		Permissions []string  `json:"permissions"`
		UID         int       `json:"uid"`
	}{points(fees.Maker), points(fees.Taker), 0, 0, ratesOf(fees), true, c.key.Withdraw, false, false, false, false,
		millis(s.now()), "SPOT", list, []string{"SPOT"}, 1}, nil
}

func (s *Server) commission(c *call) (any, error) {
	l, err := s.listed(c)
	if err != nil {
		return nil, err
	}
	return map[string]any{"symbol": l.Symbol, "standardCommission": ratesOf(l.fees), "specialCommission": ratesOf(fund.Fees{}),
		"taxCommission": ratesOf(fund.Fees{}), "discount": map[string]any{"enabledForAccount": false, "enabledForSymbol": false,
			"discountAsset": "BNB", "discount": decimal(fund.Amount{})}}, nil
}
