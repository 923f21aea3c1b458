"""Solves minimum-cost flow problems in DIMACS format with HiGHS and with networkx, and prints what they cost and took.

Usage: python mincostflow.py FILE...
Output: a line for each file and solver: file, solver, cost, seconds of the best of three solves, reading not counted.
"""

import sys
import time

import highspy
import networkx
import numpy


def read(path):
    supply, arcs = [], []
    for line in open(path):
        word = line.split()
        if word[0] == "p":
            supply = [0] * int(word[2])
        elif word[0] == "n":
            supply[int(word[1]) - 1] = int(word[2])
        elif word[0] == "a":
            v, w, low, high, cost = map(int, word[1:])
            arcs.append((v - 1, w - 1, low, high, cost))
    return supply, arcs


def highs(supply, arcs):
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(arcs), len(supply)
    model.col_cost_ = numpy.array([a[4] for a in arcs], dtype=float)
    model.col_lower_ = numpy.array([a[2] for a in arcs], dtype=float)
    model.col_upper_ = numpy.array([a[3] for a in arcs], dtype=float)
    model.row_lower_ = model.row_upper_ = numpy.array(supply, dtype=float)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = numpy.arange(0, 2 * len(arcs) + 1, 2)
    model.a_matrix_.index_ = numpy.array([v for a in arcs for v in a[:2]])
    model.a_matrix_.value_ = numpy.array([1.0, -1.0] * len(arcs))

    def solve():
        h = highspy.Highs()
        h.setOptionValue("output_flag", False)
        h.passModel(model)
        h.run()
        return round(h.getInfo().objective_function_value)

    return solve


def simplex(supply, arcs):
    graph = networkx.MultiDiGraph()
    for v, b in enumerate(supply):
        graph.add_node(v, demand=-b)
    for v, w, low, high, cost in arcs:
        assert low == 0
        graph.add_edge(v, w, capacity=high, weight=cost)
    return lambda: networkx.network_simplex(graph)[0]


for path in sys.argv[1:]:
    problem = read(path)
    for name, peer in (("HiGHS " + highspy.Highs().version(), highs), ("networkx " + networkx.__version__, simplex)):
        solve, best, cost = peer(*problem), float("inf"), None
        for _ in range(3):
            began = time.perf_counter()
            cost = solve()
            best = min(best, time.perf_counter() - began)
        print(path, name.replace(" ", "_"), cost, best, flush=True)
