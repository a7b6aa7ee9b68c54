#include <criterion/criterion.h>
#include <string.h>

#include "io/byte_planes.h"

#define COUNT 1100
#define STRIDE 1200
#define WIDEST 9

Test(byte_planes, hold_every_byte_and_give_it_back) {
  static unsigned char data[COUNT * WIDEST], planes[STRIDE * WIDEST], back[COUNT * WIDEST];
  for (size_t size = 1; size <= WIDEST; size++) {
    for (size_t i = 0; i < COUNT * size; i++) {
      data[i] = (unsigned char)(i * 131 + i / 256);
    }
    memset(planes, 0xee, sizeof planes);
    sf_planes_split(data, COUNT, size, planes, STRIDE);
    for (size_t b = 0; b < size; b++) {
      for (size_t i = 0; i < COUNT; i++) {
        cr_assert_eq(planes[b * STRIDE + i], data[i * size + b], "byte %zu of %zu", b, size);
      }
      cr_assert_eq(planes[b * STRIDE + COUNT], 0xee, "beyond plane %zu of %zu", b, size);
    }
    sf_planes_join(planes, STRIDE, COUNT, size, back);
    cr_expect_eq(memcmp(back, data, COUNT * size), 0, "elements of %zu bytes", size);
  }
}
