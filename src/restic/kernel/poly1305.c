// Poly1305 (RFC 8439 section 2.5) with five 26-bit limbs; r is clamped here, so stored keys may hold it unclamped.
#include "kernel.h"
#define LIMB 0x3ffffffu

void EXPORT(poly1305)(const uint8_t *r, const uint8_t *s, const uint8_t *m, uint32_t n, uint8_t *out) {
  const uint32_t r0 = load32(r) & 0x3ffffff, r1 = (load32(r + 3) >> 2) & 0x3ffff03, r2 = (load32(r + 6) >> 4) & 0x3ffc0ff,
                 r3 = (load32(r + 9) >> 6) & 0x3f03fff, r4 = (load32(r + 12) >> 8) & 0x00fffff;
  const uint32_t s1 = r1 * 5, s2 = r2 * 5, s3 = r3 * 5, s4 = r4 * 5;
  uint32_t h0 = 0, h1 = 0, h2 = 0, h3 = 0, h4 = 0, high = 1u << 24, c;
  uint8_t last[16];
  while (n) {
    if (n < 16) {
      for (uint32_t i = 0; i < 16; i++) last[i] = i < n ? m[i] : i == n;
      m = last;
      n = 16;
      high = 0;
    }
    h0 += load32(m) & LIMB;
    h1 += (load32(m + 3) >> 2) & LIMB;
    h2 += (load32(m + 6) >> 4) & LIMB;
    h3 += (load32(m + 9) >> 6) & LIMB;
    h4 += (load32(m + 12) >> 8) | high;
    uint64_t d0 = (uint64_t)h0 * r0 + (uint64_t)h1 * s4 + (uint64_t)h2 * s3 + (uint64_t)h3 * s2 + (uint64_t)h4 * s1;
    uint64_t d1 = (uint64_t)h0 * r1 + (uint64_t)h1 * r0 + (uint64_t)h2 * s4 + (uint64_t)h3 * s3 + (uint64_t)h4 * s2;
    uint64_t d2 = (uint64_t)h0 * r2 + (uint64_t)h1 * r1 + (uint64_t)h2 * r0 + (uint64_t)h3 * s4 + (uint64_t)h4 * s3;
    uint64_t d3 = (uint64_t)h0 * r3 + (uint64_t)h1 * r2 + (uint64_t)h2 * r1 + (uint64_t)h3 * r0 + (uint64_t)h4 * s4;
    uint64_t d4 = (uint64_t)h0 * r4 + (uint64_t)h1 * r3 + (uint64_t)h2 * r2 + (uint64_t)h3 * r1 + (uint64_t)h4 * r0;
    d1 += d0 >> 26;
    d2 += d1 >> 26;
    d3 += d2 >> 26;
    d4 += d3 >> 26;
    h0 = ((uint32_t)d0 & LIMB) + (uint32_t)(d4 >> 26) * 5;
    h1 = ((uint32_t)d1 & LIMB) + (h0 >> 26);
    h0 &= LIMB;
    h2 = (uint32_t)d2 & LIMB;
    h3 = (uint32_t)d3 & LIMB;
    h4 = (uint32_t)d4 & LIMB;
    m += 16;
    n -= 16;
  }
  c = h1 >> 26, h1 &= LIMB, h2 += c;
  c = h2 >> 26, h2 &= LIMB, h3 += c;
  c = h3 >> 26, h3 &= LIMB, h4 += c;
  c = h4 >> 26, h4 &= LIMB, h0 += c * 5;
  c = h0 >> 26, h0 &= LIMB, h1 += c;
  // h - p, taken where it is not negative, without a branch on the secret.
  uint32_t g0 = h0 + 5, g1 = h1 + (g0 >> 26), g2 = h2 + (g1 >> 26), g3 = h3 + (g2 >> 26), g4 = h4 + (g3 >> 26) - (1u << 26);
  uint32_t take = (g4 >> 31) - 1;
  h0 = (h0 & ~take) | (g0 & LIMB & take);
  h1 = (h1 & ~take) | (g1 & LIMB & take);
  h2 = (h2 & ~take) | (g2 & LIMB & take);
  h3 = (h3 & ~take) | (g3 & LIMB & take);
  h4 = (h4 & ~take) | (g4 & take);
  uint64_t f = (uint64_t)(h0 | h1 << 26) + load32(s);
  store32(out, (uint32_t)f);
  f = (uint64_t)(h1 >> 6 | h2 << 20) + load32(s + 4) + (f >> 32);
  store32(out + 4, (uint32_t)f);
  f = (uint64_t)(h2 >> 12 | h3 << 14) + load32(s + 8) + (f >> 32);
  store32(out + 8, (uint32_t)f);
  f = (uint64_t)(h3 >> 18 | h4 << 8) + load32(s + 12) + (f >> 32);
  store32(out + 12, (uint32_t)f);
}

/** Writes each blob's MAC behind its text; `s` holds one 16-byte nonce for each. */
void EXPORT(batch_mac)(const Sealed *blobs, uint32_t count, const uint8_t *r, const uint8_t *s) {
  for (uint32_t i = 0; i < count; i++) {
    uint8_t *text = blobs[i].iv + 16;
    poly1305(r, s + 16 * i, text, blobs[i].length, text + blobs[i].length);
  }
}

/** Number of leading blobs whose MAC holds: `count` where all do. Compares without a branch on the bytes. */
uint32_t EXPORT(batch_check)(const Sealed *blobs, uint32_t count, const uint8_t *r, const uint8_t *s) {
  for (uint32_t i = 0; i < count; i++) {
    const uint8_t *text = blobs[i].iv + 16;
    uint8_t mac[16], difference = 0;
    poly1305(r, s + 16 * i, text, blobs[i].length, mac);
    for (uint32_t k = 0; k < 16; k++) difference |= mac[k] ^ text[blobs[i].length + k];
    if (difference) return i;
  }
  return count;
}
