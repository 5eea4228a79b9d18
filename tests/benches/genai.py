"""Runs a model by onnxruntime-genai: each line of the input is a number of tokens to read and one to write; the answer is
how many milliseconds reading took, and each written token."""

import json
import sys
import time

import onnxruntime_genai as og

begun = time.perf_counter()
model = og.Model(sys.argv[1])
loaded = (time.perf_counter() - begun) * 1000
print(json.dumps({"loaded": loaded}), flush=True)
for line in sys.stdin:
    seed, read, write = map(int, line.split())
    params = og.GeneratorParams(model)
    params.set_search_options(max_length=read + write + 1, do_sample=False)
    generator = og.Generator(model, params)
    tokens = [(seed * 31 + index * 7 + index // 5) % 250 for index in range(read)]
    begun = time.perf_counter()
    generator.append_tokens(tokens)
    generator.generate_next_token()
    first = time.perf_counter()
    written = 0
    while written < write and not generator.is_done():
        generator.generate_next_token()
        written += 1
    end = time.perf_counter()
    token = (end - first) * 1000 / max(written, 1)
    print(json.dumps({"reading": (first - begun) * 1000, "token": token}), flush=True)
