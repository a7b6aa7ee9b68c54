#ifndef SF_IO_BYTE_PLANES_H
#define SF_IO_BYTE_PLANES_H

#include <stddef.h>

// What HDF5's filter shuffle does: bytes of equal significance of all elements come
// together, in planes. Byte b of element i of `size` bytes is planes[b * stride + i].

// Elements to planes and back, `count` of them; stride >= count.
void sf_planes_split(const void *elements, size_t count, size_t size, unsigned char *planes,
                     size_t stride);
void sf_planes_join(const unsigned char *planes, size_t stride, size_t count, size_t size,
                    void *elements);

#endif
