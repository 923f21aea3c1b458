"""What every peer is given: the panel, the rule's numbers, and how a run is timed and told.

A peer is run as: python PEER.py DIR, and prints one line of JSON.
"""

import json
import os
import sys
import time

import numpy

ASSETS, CASH, BAND, FEE, SPREAD = 10, 10_000_000.0, 0.10, 0.0010, 0.0002
NAMES = ["A%02d" % i for i in range(ASSETS)]


def read(name):
    flat = numpy.fromfile(os.path.join(sys.argv[1], name + ".f64"), dtype="<f8")
    return flat if name == "decided" else flat.reshape(-1, ASSETS)


def tell(system, run, runs):
    """Runs run() some times and prints the least time. It returns the NAV at the last close and the number of rebalances."""
    best = None
    for _ in range(runs):
        began, used = time.perf_counter(), time.process_time()
        nav, rebalances = run()
        took = time.perf_counter() - began, time.process_time() - used
        best = min(best or took, took)
    print(json.dumps({"system": system, "seconds": best[0], "cpu": best[1], "nav": float(nav), "rebalances": int(rebalances), "runs": runs}))
