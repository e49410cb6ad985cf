"""Philox 4x32-10 in numpy, in the layout of trainer/plan/random.ts: independent of it, so that both are checked."""

import numpy as np

MULTIPLIERS = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
WEYL = (0x9E3779B9, 0xBB67AE85)
LOW = np.uint64(0xFFFFFFFF)
SHIFT = np.uint64(32)


def blocks(seed, stream, step, count):
    """The first `count` blocks, [count, 4] uint32."""
    c0 = np.arange(count, dtype=np.uint64)
    c1 = np.full(count, step, np.uint64)
    c2 = np.full(count, stream, np.uint64)
    c3 = np.zeros(count, np.uint64)
    k0, k1 = seed & 0xFFFFFFFF, seed >> 32
    for _ in range(10):
        product0, product1 = MULTIPLIERS[0] * c0, MULTIPLIERS[1] * c2
        c0, c1, c2, c3 = (
            (product1 >> SHIFT) ^ c1 ^ np.uint64(k0),
            product1 & LOW,
            (product0 >> SHIFT) ^ c3 ^ np.uint64(k1),
            product0 & LOW,
        )
        k0, k1 = (k0 + WEYL[0]) & 0xFFFFFFFF, (k1 + WEYL[1]) & 0xFFFFFFFF
    return np.stack([c0, c1, c2, c3], axis=1).astype(np.uint32)


def bits(seed, stream, step, count):
    return blocks(seed, stream, step, -(-count // 4)).reshape(-1)[:count]


def uniform(seed, stream, step, count):
    return bits(seed, stream, step, count).astype(np.float64) / 2**32


def normal(seed, stream, step, count):
    """Box-Muller, cosine branch, on pairs of uniforms."""
    pairs = uniform(seed, stream, step, 2 * count).reshape(count, 2)
    return np.sqrt(-2 * np.log1p(-pairs[:, 0])) * np.cos(2 * np.pi * pairs[:, 1])
