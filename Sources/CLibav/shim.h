#pragma once
#include <libavcodec/avcodec.h>
#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavformat/avformat.h>
#include <libavutil/channel_layout.h>
#include <libavutil/display.h>
#include <libavutil/error.h>
#include <libavutil/imgutils.h>
#include <libavutil/log.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>

// What Swift cannot import: macros with casts and compound literals.
static const int clibav_again = AVERROR(EAGAIN);
static const int clibav_end = AVERROR_EOF;
static const int clibav_exit = AVERROR_EXIT;
static const int clibav_invalid_data = AVERROR_INVALIDDATA;
static const int clibav_invalid_argument = AVERROR(EINVAL);
static const int clibav_no_memory = AVERROR(ENOMEM);
static const int clibav_no_space = AVERROR(ENOSPC);
static const int clibav_decoder_missing = AVERROR_DECODER_NOT_FOUND;
static const int64_t clibav_no_pts = AV_NOPTS_VALUE;
static const int clibav_profile_high_10_up = FF_PROFILE_H264_HIGH_10;
static const int clibav_probe_padding = AVPROBE_PADDING_SIZE;
static const int clibav_input_padding = AV_INPUT_BUFFER_PADDING_SIZE;

static inline AVRational clibav_microseconds(void) { return (AVRational){1, AV_TIME_BASE}; }

// The first N bytes of one plane, for readers that copy them out.
static inline const uint8_t *clibav_plane(const AVFrame *frame, int plane) { return frame->extended_data[plane]; }
static inline uint8_t *clibav_plane_mutable(AVFrame *frame, int plane) { return frame->extended_data[plane]; }
static inline int clibav_line_bytes(const AVFrame *frame, int plane) { return frame->linesize[plane]; }

static inline AVStream *clibav_stream(const AVFormatContext *context, unsigned index) {
    return context->streams[index];
}
