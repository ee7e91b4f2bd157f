"""Writes text.json: hashes of texts by mmh3, and texts as rows of terms.

    pip install mmh3==5.3.1 scikit-learn==1.9.1
    python3 test/golden/text.py

A row is a list of index and value, in the order in which the indices first occur. Words are found by Unicode's
categories and the names of its characters. Where scikit-learn's HashingVectorizer has the same settings, it must agree.
"""

import importlib.metadata
import json
import math
import pathlib
import unicodedata

import mmh3
import sklearn
from sklearn.feature_extraction.text import HashingVectorizer

TEXTS = [
    "",
    "...!?",
    "The quick brown fox jumps over the lazy dog; the dog sleeps.",
    "win WIN Win a prize, win it NOW!!! call 0800-123-456",
    "don't_stop 3.14 x² naïve café",
    "Stra\u00dfe ΟΔΥΣΣΕΥΣ İstanbul ÅNGSTRÖM Ǆ",
    "cafe\u0301 e\u0301te\u0301",
    "我喜欢学习，我喜欢猫。",
    "カタカナとひらがなと漢字 コーヒー abc漢字def",
    "안녕하세요 세계",
    "नमस्ते दुनिया สวัสดีชาวโลก",
    "🦊 fox 🦊🦊 naïve🦊fox 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𠮷野家",
    " ".join(f"word{i % 37} w{i * i % 11}" for i in range(200)),
    "a b a b a c a b",
    "Donaudampfschifffahrtsgesellschaftskapitän",
]
HASHED = [*TEXTS, *("x" * n for n in range(1, 9)), "é" * 300, "🦊" * 100, "\u0000", "\u07ff\u0800\uffff\U00010000\U0010ffff"]
ALONE = ("CJK UNIFIED", "CJK COMPATIBILITY IDEOGRAPH", "HIRAGANA LETTER", "KATAKANA LETTER")


def words_of(text):
    words, run = [], ""
    for c in unicodedata.normalize("NFC", text).lower():
        if unicodedata.name(c, "").startswith(ALONE):
            words += [run, c] if run else [c]
            run = ""
        elif c == "_" or unicodedata.category(c)[0] in "LM" or unicodedata.category(c) in ("Nd", "Nl", "No"):
            run += c
        else:
            words += [run] if run else []
            run = ""
    return words + ([run] if run else [])


def terms_of(text, of, ngrams):
    words = words_of(text)
    if of == "words":
        return [" ".join(words[i:i + n]) for i in range(len(words)) for n in range(1, ngrams + 1) if i + n <= len(words)]
    padded = [f" {word} " for word in words]
    return [w[i:i + ngrams] for w in padded for i in range(max(1, len(w) - ngrams + 1))]


def row(text, of, ngrams, weighting, norm, capacity):
    counts, sums = {}, {}
    for term in terms_of(text, of, ngrams):
        h = mmh3.hash(term, 0)
        counts[h] = counts.get(h, 0) + 1
    for h, n in counts.items():
        value = {"log": math.log(1 + n), "count": n, "binary": 1}[weighting]
        sums[abs(h) % capacity] = sums.get(abs(h) % capacity, 0) + (value if h >= 0 else -value)
    length = math.sqrt(sum(v * v for v in sums.values())) if norm == "l2" else 1
    return [x for i, v in sums.items() for x in (i, v / length if length else v)]


def check(settings, rows):
    of, ngrams, norm = settings["of"], settings["ngrams"], settings["norm"]
    if settings["weighting"] != "count":
        return
    vectorizer = HashingVectorizer(
        analyzer=lambda text: terms_of(text, of, ngrams),
        norm=None if norm == "none" else norm,
        n_features=settings["capacity"],
    )
    for text, expected in zip(TEXTS, rows):
        found = vectorizer.transform([text]).toarray()[0]
        own = dict(zip(expected[::2], expected[1::2]))
        assert all(abs(found[i] - own.get(i, 0)) < 1e-12 for i in range(len(found))), text


SETTINGS = [
    dict(of="words", ngrams=1, weighting="log", norm="l2", capacity=262144),
    dict(of="words", ngrams=1, weighting="count", norm="none", capacity=13),
    dict(of="words", ngrams=2, weighting="count", norm="l2", capacity=64),
    dict(of="words", ngrams=3, weighting="binary", norm="none", capacity=1000),
    dict(of="characters", ngrams=4, weighting="count", norm="l2", capacity=128),
    dict(of="characters", ngrams=3, weighting="log", norm="l2", capacity=4096),
    dict(of="characters", ngrams=1, weighting="binary", norm="l2", capacity=8),
]
rows = []
for settings in SETTINGS:
    own = [row(text, **settings) for text in TEXTS]
    check(settings, own)
    rows.append({"settings": settings, "rows": own})
golden = {
    "mmh3": importlib.metadata.version("mmh3"),
    "sklearn": sklearn.__version__,
    "unicode": unicodedata.unidata_version,
    "hashes": [[text, mmh3.hash(text, 0, False)] for text in HASHED],
    "seeds": [[text, seed, mmh3.hash(text, seed, False)] for text in TEXTS[:5] for seed in (1, 2147483647, 4294967295)],
    "texts": TEXTS,
    "kinds": rows,
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
