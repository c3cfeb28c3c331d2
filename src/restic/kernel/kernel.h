// The hot loops of the vault engine, compiled to one WASM module by tools/build-kernel.sh.
#pragma once
#include <stddef.h>
#include <stdint.h>
#define EXPORT(name) __attribute__((export_name(#name))) name

/** A sealed blob in memory: IV(16), then `length` bytes of text, then MAC(16). */
typedef struct {
  uint8_t *iv;
  uint32_t length;
} Sealed;

static inline uint32_t load32(const uint8_t *p) { return *(const uint32_t *)p; }
static inline void store32(uint8_t *p, uint32_t v) { *(uint32_t *)p = v; }
