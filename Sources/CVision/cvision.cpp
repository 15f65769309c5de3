#include "cvision.h"

#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include <mutex>
#include <string>
#include <vector>

namespace {

using detect_function = int *(*)(unsigned char *buffer, unsigned char *bgr, int width, int height, int stride);
using set_threads_function = void (*)(int);

// int *facedetect_cnn(unsigned char *, unsigned char *, int, int, int)
constexpr const char *detect_symbol = "_Z14facedetect_cnnPhS_iii";
constexpr int shorts_per_face = 16;
constexpr int faces_in_buffer_max = (CVISION_BUFFER_BYTES - sizeof(int)) / (shorts_per_face * sizeof(short));

bool has_avx2() {
#if defined(__x86_64__)
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2");
#else
    return false;
#endif
}

void tell(char *message, size_t message_bytes, const char *text) {
    snprintf(message, message_bytes, "%s", text == nullptr ? "unknown error" : text);
}

// The OpenMP runtime beside the library. Once it is loaded, the library's own need for it is met by name.
void *load_openmp(const std::string &library_path) {
    const size_t slash = library_path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : library_path.substr(0, slash);
    DIR *entries = opendir(folder.c_str());
    if (entries == nullptr) return nullptr;
    void *loaded = nullptr;
    while (const dirent *entry = readdir(entries)) {
        if (strncmp(entry->d_name, "libgomp", 7) != 0) continue;
        loaded = dlopen((folder + "/" + entry->d_name).c_str(), RTLD_NOW | RTLD_GLOBAL);
        if (loaded != nullptr) break;
    }
    closedir(entries);
    return loaded;
}

}  // namespace

int32_t cvision_load(const char *path, cvision_library *library, char *message, size_t message_bytes) {
    *library = cvision_library{nullptr, nullptr};
    message[0] = 0;
    if (!has_avx2()) return CVISION_NO_AVX2;

    static std::mutex lock;
    const std::lock_guard<std::mutex> guard(lock);
    void *openmp = load_openmp(path);
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) {
        tell(message, message_bytes, dlerror());
        return CVISION_NO_LIBRARY;
    }
    library->detect = dlsym(handle, detect_symbol);
    if (library->detect == nullptr) {
        tell(message, message_bytes, dlerror());
        return CVISION_NO_SYMBOL;
    }
    if (openmp != nullptr) library->set_threads = dlsym(openmp, "omp_set_num_threads");

    // The first call sets up the network's weights and would race with a second one.
    std::vector<uint8_t> buffer(CVISION_BUFFER_BYTES);
    const std::vector<uint8_t> picture(64 * 64 * 3, 128);
    cvision_face face;
    cvision_detect(*library, buffer.data(), picture.data(), 64, 64, 64 * 3, &face, 1);
    return CVISION_OK;
}

int32_t cvision_detect(
    cvision_library library, uint8_t *buffer, const uint8_t *bgr, int32_t width, int32_t height, int32_t stride,
    cvision_face *faces, int32_t faces_max) {
    // OpenMP keeps its thread count per calling thread. One is best: a second halves the pictures per CPU second.
    // Setting it here, unlike OMP_NUM_THREADS, changes nothing for the rest of the process.
    if (library.set_threads != nullptr) reinterpret_cast<set_threads_function>(library.set_threads)(1);

    memset(buffer, 0, sizeof(int));
    // The library only reads the picture; its signature lacks the const.
    const int *result = reinterpret_cast<detect_function>(library.detect)(
        buffer, const_cast<unsigned char *>(bgr), width, height, stride);
    if (result == nullptr) return -1;

    int32_t count = *result;
    if (count < 0) count = 0;
    if (count > faces_in_buffer_max) count = faces_in_buffer_max;
    if (count > faces_max) count = faces_max;
    const uint8_t *first = reinterpret_cast<const uint8_t *>(result + 1);
    for (int32_t i = 0; i < count; i++) {
        short values[shorts_per_face];
        memcpy(values, first + i * sizeof(values), sizeof(values));
        faces[i].score = values[0];
        faces[i].x = values[1];
        faces[i].y = values[2];
        faces[i].width = values[3];
        faces[i].height = values[4];
        for (int j = 0; j < 10; j++) faces[i].landmarks[j] = values[5 + j];
    }
    return count;
}
