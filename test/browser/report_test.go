// Package browser opens what steelyard writes for people in a real browser.
package browser

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// A phone and a desk, by day and by night: nothing is asked of anybody, nothing fails, nothing overflows, every plot is
// to be seen.
func TestReport(t *testing.T) {
	browser := open(t)
	run := makeRun(t)
	pages := map[string]string{"run": run.report, "decision": run.decision}
	for _, path := range filepath.SplitList(os.Getenv("STEELYARD_REPORTS")) { // of real runs, by hand
		pages[filepath.Base(filepath.Dir(path))] = path
	}
	for name, path := range pages {
		for _, width := range []int64{390, 1280} {
			for _, scheme := range []string{"light", "dark"} {
				t.Run(fmt.Sprintf("%s-%d-%s", name, width, scheme), func(t *testing.T) {
					see(t, browser, path, width, scheme)
				})
			}
		}
	}
}

// seen is what a page says of itself.
type seen struct {
	Overflow  float64  `json:"overflow"`  // pixels by which the page is wider than the window
	Wide      []string `json:"wide"`      // elements that stick out, but for those that scroll in a box of their own
	Plots     int      `json:"plots"`     // figures
	Invisible []string `json:"invisible"` // figures of which no drawing has a size
	Tiny      []string `json:"tiny"`      // texts of drawings below 9 pixels
}

const look = `(() => {
	document.querySelectorAll("details").forEach((d, i) => d.open = i < 2);
	const clipped = e => e.closest(".scroll, svg, details:not([open]) > :not(summary), .hash") !== null;
	const sized = e => { const r = e.getBoundingClientRect(); return r.width > 0 && r.height > 0; };
	const figures = [...document.querySelectorAll("figure")];
	const scale = s => s.getBoundingClientRect().width / s.viewBox.baseVal.width;
	return {
		overflow: document.documentElement.scrollWidth - window.innerWidth,
		wide: [...document.body.querySelectorAll("*")].filter(e => !clipped(e) && e.getBoundingClientRect().right > window.innerWidth + 0.5).map(e => e.outerHTML.slice(0, 80)),
		plots: figures.length,
		invisible: figures.filter(f => [...f.querySelectorAll("svg")].filter(sized).length !== 1).map(f => f.textContent.slice(0, 40)),
		tiny: figures.filter(f => [...f.querySelectorAll("svg")].filter(sized).some(s => 12 * scale(s) < 9)).map(f => f.textContent.slice(0, 40)),
	};
})()`

func see(t *testing.T, browser context.Context, path string, width int64, scheme string) {
	tab, done := chromedp.NewContext(browser)
	defer done()
	address := (&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String()
	listen(t, tab, address)
	call(t, tab, log.Enable, cdp.Empty{})
	call(t, tab, network.Enable, network.EnableParams{})
	call(t, tab, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 900, DeviceScaleFactor: 1})
	call(t, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
	if err := chromedp.Do(tab, chromedp.Navigate(address)); err != nil {
		t.Fatal(err)
	}
	page := run(t, tab, chromedp.Evaluate[seen](look))
	if page.Overflow > 0 || len(page.Wide) > 0 {
		t.Errorf("the page is %v pixels wider than the window; what sticks out: %q", page.Overflow, page.Wide)
	}
	if strings.HasSuffix(path, "report.html") && page.Plots < 8 || len(page.Invisible) > 0 || len(page.Tiny) > 0 {
		t.Errorf("of %d plots these are not to be seen: %q, and these hardly to be read: %q", page.Plots, page.Invisible, page.Tiny)
	}
	keep(t, run(t, tab, chromedp.FullScreenshot(100)))
}

// run does what yields a value; call sends a command that yields none.
func run[T any](t *testing.T, tab context.Context, a chromedp.Action[T]) T {
	t.Helper()
	value, err := chromedp.Run(tab, a)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func call[P any](t *testing.T, tab context.Context, c cdp.Command[P, cdp.Empty], params P) {
	t.Helper()
	if _, err := chromedp.Call(tab, c, params); err != nil {
		t.Fatal(err)
	}
}

// listen fails the test at anything that a page says to its console or asks of anybody.
func listen(t *testing.T, tab context.Context, address string) {
	err := chromedp.Listen(tab, func(ev any) {
		switch ev := ev.(type) {
		case *network.EventRequestWillBeSent:
			if to := ev.Request.URL; to != address && !strings.HasPrefix(to, "data:") {
				t.Errorf("asks for %s", to)
			}
		case *runtime.EventConsoleAPICalled:
			t.Errorf("says to the console: %v", ev.Args)
		case *runtime.EventExceptionThrown:
			t.Errorf("fails: %v", ev.ExceptionDetails)
		case *log.EventEntryAdded:
			t.Errorf("is told: %s", ev.Entry.Text)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// keep saves a screenshot for those who want to look, into the folder that STEELYARD_SCREENSHOTS names.
func keep(t *testing.T, shot []byte) {
	dir := os.Getenv("STEELYARD_SCREENSHOTS")
	if dir == "" {
		return
	}
	name := strings.ReplaceAll(strings.TrimPrefix(t.Name(), "TestReport/"), "/", "-") + ".png"
	if err := os.WriteFile(filepath.Join(dir, name), shot, 0o644); err != nil {
		t.Error(err)
	}
}

// open starts the browser.
func open(t *testing.T) context.Context {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(find(t)), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	browser, closing := chromedp.NewContext(allocator)
	limited, end := context.WithTimeout(browser, 3*time.Minute)
	t.Cleanup(func() { end(); closing(); stop() })
	if err := chromedp.Do(limited); err != nil {
		t.Fatalf("the browser does not start: %v", err)
	}
	return limited
}
