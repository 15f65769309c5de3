#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// What cvision_load found out.
enum {
    CVISION_OK = 0,
    CVISION_NO_AVX2 = 1,
    CVISION_NO_LIBRARY = 2,
    CVISION_NO_SYMBOL = 3,
};

// The bytes that the detector writes its result into; one such buffer for each call.
enum { CVISION_BUFFER_BYTES = 0x20000 };

// Functions of the loaded libraries, which stay loaded until the process ends.
typedef struct {
    void *_Nullable detect;
    void *_Nullable set_threads;
} cvision_library;

// One face, in pixels of the picture. Landmarks: two eyes, nose, two corners of the mouth, each x then y.
typedef struct {
    int32_t score;
    int32_t x;
    int32_t y;
    int32_t width;
    int32_t height;
    int32_t landmarks[10];
} cvision_face;

// Loads libfacedetection from `path`, and before it the OpenMP runtime that lies beside it. Returns one of the values
// above; on failure `message` (of `message_bytes`, at least 1) holds the linker's words.
int32_t cvision_load(
    const char *_Nonnull path, cvision_library *_Nonnull library, char *_Nonnull message, size_t message_bytes);

// Looks for faces in a BGR24 picture. `buffer` has CVISION_BUFFER_BYTES. Returns how many faces were written to
// `faces`, at most `faces_max`, or -1 when the library refuses the picture. Safe from several threads at once.
int32_t cvision_detect(
    cvision_library library, uint8_t *_Nonnull buffer, const uint8_t *_Nonnull bgr, int32_t width, int32_t height,
    int32_t stride, cvision_face *_Nonnull faces, int32_t faces_max);

#ifdef __cplusplus
}
#endif
