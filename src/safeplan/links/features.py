"""Two plans made ready → for each pair of records that share something, what they share.

Every feature is symmetric: exchanging the plans gives the same numbers. Only the two plans at
hand are looked at, so a pair's figures do not depend on what else is compared in the same run.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import log, log1p, sqrt

from safeplan.links.commitments import Reading, Statement, grams

FEATURES = (
    "cosine", "contains", "covered", "clause", "clause_both", "clause_pair", "rival", "rival_both",
    "shared", "shared_rank", "phrase", "item", "quoted", "heading", "indicator", "named",
    "in_heading", "length", "gap", "gap_both",
)
EXCLUSIVE = 12
DAMP = 12.0
POWER = 4
EXP = 1.0

Pair = tuple[int, int]

def span(n):
    return n

def compare(left: Reading, right: Reading) -> dict[Pair, dict[str, float]]:
    A, B = left.statements, right.statements
    nA, nB = len(A), len(B)
    N = nA + nB
    d2a, d2b, d3a, d3b = left.pair_counts, right.pair_counts, left.triple_counts, right.triple_counts
    table = [max(0.05, log((N + 1) / (n + 1))) ** EXP for n in range(N + 2)]
    get2b, get2a = d2b.get, d2a.get
    w2 = {g: table[n + get2b(g, 0)] for g, n in d2a.items()}
    for g, n in d2b.items():
        if g not in w2: w2[g] = table[n]
    get = w2.__getitem__
    def mass(s): return sum(map(get, s))
    # record against record
    post: dict[str, list[int]] = defaultdict(list)
    shared2 = d2a.keys() & d2b.keys()
    for j, s in enumerate(B):
        for g in s.pairs & shared2: post[g].append(j)
    dot: dict[Pair, float] = defaultdict(float)
    over: dict[Pair, float] = defaultdict(float)
    for i, s in enumerate(A):
        for g in s.pairs & shared2:
            w = get(g)
            for j in post.get(g, ()):
                over[i, j] += w
                dot[i, j] += w * w
    norm_a = [sqrt(sum(get(g) ** 2 for g in s.pairs)) + 1e-9 for s in A]
    norm_b = [sqrt(sum(get(g) ** 2 for g in s.pairs)) + 1e-9 for s in B]
    mass_a = [mass(s.pairs) + 1e-9 for s in A]
    mass_b = [mass(s.pairs) + 1e-9 for s in B]
    # exclusive triples
    shared3 = {g: 1 / (n * d3b[g]) for g, n in d3a.items() if g in d3b}
    post3: dict[str, list[int]] = defaultdict(list)
    postn: dict[str, list[int]] = defaultdict(list)
    for j, s in enumerate(B):
        for g in s.triples & shared3.keys(): post3[g].append(j)
        for g in (s.named_triples - s.triples) & shared3.keys(): postn[g].append(j)
    credit: dict[Pair, float] = defaultdict(float)
    for i, s in enumerate(A):
        for g in s.named_triples & shared3.keys():
            for j in post3.get(g, ()): credit[i, j] += shared3[g]
            if g in s.triples:
                for j in postn.get(g, ()): credit[i, j] += shared3[g]
    # candidates
    out: dict[Pair, dict[str, float]] = {}
    # names against names and contents
    na, nb = [mass(s.name_pairs) + 1e-9 for s in A], [mass(s.name_pairs) + 1e-9 for s in B]
    heads: dict[tuple[frozenset, frozenset], float] = {}
    def head(i, j):
        x, y = A[i].name_pairs, B[j].name_pairs
        k = (x, y)
        if k not in heads:
            o = sum(get(g) ** 2 for g in x & y)
            heads[k] = o / sqrt(sum(get(g) ** 2 for g in x) * sum(get(g) ** 2 for g in y) + 1e-9)
        return heads[k]
    # phrases: runs of shared exclusive triples
    bare_a, bare_b = bodies(A), bodies(B)
    phrase, item = phrases(A, B, bare_a, bare_b, shared3)
    quoted = quotes(A, B)
    cand = {p for p, v in dot.items() if v / (norm_a[p[0]] * norm_b[p[1]]) > 0.06} | {p for p, c in credit.items() if c >= 0.3} | quoted.keys() | item.keys()
    named: dict[Pair, float] = {}
    # clause level
    ca = [[(c, mass(c)) for c in s.commitments] for s in A]
    cb = [[(c, mass(c)) for c in s.commitments] for s in B]
    best_a: dict[tuple[int, int], float] = defaultdict(float)  # (record, clause) -> best cover by a record of B
    best_b: dict[tuple[int, int], float] = defaultdict(float)
    cover: dict[Pair, tuple[list[float], list[float]]] = {}
    for i, j in cand:
        pb, pa = B[j].named_pairs, A[i].named_pairs
        fa = []
        for k, (c, m) in enumerate(ca[i]):
            o = sum(map(get, c & pb))
            v = o / m * 2 * o / (o + DAMP)
            fa.append(v)
            best_a[i, k] += v ** POWER
        fb = []
        for k, (c, m) in enumerate(cb[j]):
            o = sum(map(get, c & pa))
            v = o / m * 2 * o / (o + DAMP)
            fb.append(v)
            best_b[j, k] += v ** POWER
        cover[i, j] = fa, fb
    for p in cand:
        i, j = p
        a, b = A[i], B[j]
        f: dict[str, float] = {}
        f["cosine"] = dot.get(p, 0) / (norm_a[i] * norm_b[j])
        x, y = over.get(p, 0) / mass_a[i], over.get(p, 0) / mass_b[j]
        f["contains"], f["covered"] = max(x, y), min(x, y)
        fa, fb = cover[p]
        u, v = max(fa, default=0), max(fb, default=0)
        f["clause"], f["clause_both"] = max(u, v), min(u, v)
        best = 0.0
        for c, m in ca[i]:
            for d, n in cb[j]:
                o = sum(map(get, c & d))
                best = max(best, 2 * o / (m + n) * 2 * o / (o + DAMP))
        f["clause_pair"] = best
        ka = max((x * x ** POWER / best_a[i, k] for k, x in enumerate(fa) if x), default=0)
        kb = max((x * x ** POWER / best_b[j, k] for k, x in enumerate(fb) if x), default=0)
        f["rival"], f["rival_both"] = max(ka, kb), min(ka, kb)
        f["shared"] = log1p(credit.get(p, 0))
        f["phrase"] = log1p(phrase.get(p, 0)); f["item"] = log1p(item.get(p, 0)); f["quoted"] = quoted.get(p, 0)
        h = head(i, j)
        f["heading"] = h
        f["indicator"] = h if a.stated and b.stated else 0.0
        n1 = max((sum(map(get, a.name_pairs & d)) for d, _ in cb[j]), default=0) if a.own_name else 0
        n2 = max((sum(map(get, b.name_pairs & c)) for c, _ in ca[i]), default=0) if b.own_name else 0
        f["named"] = max(n1 / na[i] * 2 * n1 / (n1 + DAMP), n2 / nb[j] * 2 * n2 / (n2 + DAMP))
        f["in_heading"] = h * f["clause"]
        f["length"] = log(min(mass_a[i], mass_b[j]))
        out[p] = f
    def base(f): return 0.4 * f["cosine"] + 0.3 * f["clause"] + 0.3 * f["clause_pair"]
    bs = {p: base(f) for p, f in out.items()}
    ra, rb, xa, xb = defaultdict(float), defaultdict(float), defaultdict(float), defaultdict(float)
    for p, v in bs.items():
        i, j = p
        ra[i] = max(ra[i], v); rb[j] = max(rb[j], v)
        c = credit.get(p, 0)
        xa[i] = max(xa[i], c); xb[j] = max(xb[j], c)
    for p, f in out.items():
        i, j = p
        x, y = bs[p] / (ra[i] + 1e-9), bs[p] / (rb[j] + 1e-9)
        f["gap"], f["gap_both"] = max(x, y), min(x, y)
        c = credit.get(p, 0)
        f["shared_rank"] = c / max(xa[i], xb[j], 1e-9) * min(1, c)
    return out

def bodies(S):
    """what phrases may be met in: content, and the own name apart"""
    return [(s.key[s.name_end:], s.key[:s.name_end - 1] if s.own_name else "") for s in S]

def phrases(A, B, ba, bb, ex):
    """longest exclusive runs; item: run fills a whole list item on a side"""
    where: dict[str, list] = defaultdict(list)
    rare = {g for g, v in ex.items() if v >= 1 / EXCLUSIVE}
    for j, (body, name) in enumerate(bb):
        for src, text in ((0, body), (1, name)):
            for k in range(len(text) - 2):
                g = text[k:k+3]
                if g in rare: where[g].append((j, src, k))
    phrase, item = {}, {}
    for i, (body, name) in enumerate(ba):
        for src, text in ((0, body), (1, name)):
            done = set()
            for k in range(len(text) - 2):
                g = text[k:k+3]
                if g not in where: continue
                for j, s2, k2 in where[g]:
                    if src and s2 and not (A[i].stated and B[j].stated): continue
                    if (j, s2, k - k2, k) in done: continue
                    other = bb[j][s2]
                    lo, hi = k, k + 3
                    d = k2 - k
                    while lo > 0 and lo + d > 0 and text[lo-1] == other[lo+d-1] and text[lo-1] not in " \n": lo -= 1
                    while hi < len(text) and hi + d < len(other) and text[hi] == other[hi+d] and text[hi] not in " \n": hi += 1
                    v = 0.0
                    for q in range(lo, hi - 2):
                        v += ex.get(text[q:q+3], 0); done.add((j, s2, k - k2, q))
                    p = (i, j)
                    if v > phrase.get(p, 0): phrase[p] = v
                    def whole(t, l, h): return (l == 0 or t[l-1] in " \n") and (h == len(t) or t[h] in " \n等")
                    if hi - lo >= 4 and (whole(text, lo, hi) or whole(other, lo + d, hi + d)):
                        if v > item.get(p, 0): item[p] = v
    return phrase, item

def quotes(A, B):
    qa, qb = {q for s in A for q in s.quoted}, {q for s in B for q in s.quoted}
    ta = ["".join(s.key.split()) for s in A]; tb = ["".join(s.key.split()) for s in B]
    out = {}
    for q in qa | qb:
        I = [i for i, t in enumerate(ta) if q in t]; J = [j for j, t in enumerate(tb) if q in t]
        if I and J:
            v = 1 / sqrt(len(I) * len(J))
            for i in I:
                for j in J:
                    if q in A[i].quoted or q in B[j].quoted: out[i, j] = max(out.get((i, j), 0), v)
    return out
