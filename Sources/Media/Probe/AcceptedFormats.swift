/// The containers and codecs that are opened at all; everything else is refused before a byte of it is decoded.
///
/// Playlists, concatenations, image sequences and text formats are left out because they can name other files.
enum AcceptedFormats {
    static let containers: Set<String> = [
        "mov", "mp4", "m4a", "3gp", "3g2", "mj2", "matroska", "webm", "avi", "flv", "mpegts", "mpeg", "ogg",
        "wav",
        "w64", "mp3", "flac", "aac", "ac3", "aiff", "asf", "mxf", "gif", "m4v", "h264", "hevc", "mpegvideo",
        "ivf",
        "caf", "amr", "dv",
    ]

    static let videoDecoders: Set<String> = [
        "h264", "hevc", "vp8", "vp9", "libdav1d", "av1", "libvpx", "libvpx-vp9", "mpeg4", "mpeg2video",
        "mpeg1video",
        "msmpeg4", "msmpeg4v1", "msmpeg4v2", "wmv1", "wmv2", "wmv3", "vc1", "mjpeg", "prores", "dnxhd",
        "theora", "h263",
        "h263p", "flv", "svq1", "svq3", "gif", "rawvideo", "dvvideo", "ffv1", "cinepak", "huffyuv", "utvideo",
        "qtrle", "cfhd", "vp6", "vp6f",
    ]

    static let audioDecoders: Set<String> = [
        "aac", "aac_fixed", "aac_latm", "mp3float", "mp3", "mp2float", "mp2", "mp1float", "ac3", "ac3_fixed",
        "eac3",
        "opus", "libopus", "vorbis", "flac", "alac", "dca", "truehd", "wmav1", "wmav2", "wmapro", "amrnb",
        "amrwb",
        "libopencore_amrnb", "libopencore_amrwb", "adpcm_ima_wav", "adpcm_ima_qt", "adpcm_ms", "adpcm_swf",
        "nellymoser", "speex", "libspeex", "qdm2",
    ]

    static let pcmDecoders: Set<String> = [
        "pcm_s8", "pcm_u8", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be",
        "pcm_f32le",
        "pcm_f32be", "pcm_f64le", "pcm_f64be", "pcm_alaw", "pcm_mulaw", "pcm_dvd", "pcm_bluray",
        "pcm_s16le_planar",
    ]

    static func isAccepted(decoder name: String) -> Bool {
        videoDecoders.contains(name) || audioDecoders.contains(name) || pcmDecoders.contains(name)
    }

    static var decoderList: String {
        videoDecoders.union(audioDecoders).union(pcmDecoders).sorted().joined(separator: ",")
    }

    /// libav names a container by all its aliases, such as `mov,mp4,m4a`.
    static func isAccepted(container name: String) -> Bool {
        name.split(separator: ",").contains { containers.contains(String($0)) }
    }

    static var containerList: String { containers.sorted().joined(separator: ",") }
}
