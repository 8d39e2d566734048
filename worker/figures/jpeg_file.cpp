#include "worker/figures/jpeg_file.hpp"

// clang-format off
#include <cstdio>  // before jpeglib.h, which needs it and does not say so
#include <jpeglib.h>
#include <jerror.h>
// clang-format on

#include <csetjmp>

#include "worker/figures/exif.hpp"

namespace platen::worker {

namespace {

constexpr int most_scans = 200;  // real progressive files have about 10; each one more costs a pass over the picture
constexpr unsigned exif_bytes = 0xFFFF;
constexpr int app1 = JPEG_APP0 + 1;

}  // namespace

struct JpegFile::State {
  jpeg_error_mgr errors{};
  jpeg_progress_mgr progress{};
  jpeg_decompress_struct codec{};
  JpegFault fault = JpegFault::none;
  std::jmp_buf leave{};
};

namespace {

// libjpeg reports failure by a function that must not return: it jumps to the step under way. So the steps below have
// no locals with destructors, and what they write outlives them.

template <class State>
[[noreturn]] void stop(jpeg_common_struct* codec, JpegFault fault) {
  auto& state = *static_cast<State*>(codec->client_data);
  state.fault = fault;
  std::longjmp(state.leave, 1);
}

/// Whether a libjpeg error says that the file is of a kind that it does not know, rather than broken.
bool is_unsupported(int code) {
  return code == JERR_ARITH_NOTIMPL || code == JERR_BAD_PRECISION || code == JERR_SOF_UNSUPPORTED ||
         code == JERR_CONVERSION_NOTIMPL || code == JERR_COMPONENT_COUNT || code == JERR_NOT_COMPILED ||
         code == JERR_CCIR601_NOTIMPL || code == JERR_FRACT_SAMPLE_NOTIMPL;
}

/// Whether a warning leaves the picture as it is: stray bytes between segments, a version or a marker that is odd.
bool is_harmless(int code) {
  return code == JWRN_EXTRANEOUS_DATA || code == JWRN_JFIF_MAJOR || code == JWRN_ADOBE_XFORM ||
         code == JWRN_TOO_MUCH_DATA || code == JWRN_BOGUS_ICC;
}

/// Writes one row of CMYK (inverted, as Adobe has it) or RGB as numbers.
void write_row(const jpeg_decompress_struct& codec, const JSAMPLE* samples, std::span<std::uint32_t> row) {
  const bool cmyk = codec.out_color_space == JCS_CMYK;
  for (std::uint32_t& pixel : row) {
    std::uint32_t red = samples[0];
    std::uint32_t green = samples[1];
    std::uint32_t blue = samples[2];
    if (cmyk) {
      const bool inverted = codec.saw_Adobe_marker != 0;
      const auto light = [&](std::uint32_t part) { return inverted ? part : 255 - part; };
      const std::uint32_t black = light(samples[3]);
      red = light(red) * black / 255;
      green = light(green) * black / 255;
      blue = light(blue) * black / 255;
    }
    pixel = red << 16 | green << 8 | blue;
    samples += cmyk ? 4 : 3;
  }
}

}  // namespace

JpegFile::JpegFile(std::string_view bytes) : state_(std::make_unique<State>()) {
  jpeg_decompress_struct& codec = state_->codec;
  codec.err = jpeg_std_error(&state_->errors);
  codec.client_data = state_.get();
  codec.err->error_exit = [](jpeg_common_struct* failed) {
    stop<State>(failed, is_unsupported(failed->err->msg_code) ? JpegFault::unsupported : JpegFault::damaged);
  };
  codec.err->emit_message = [](jpeg_common_struct* warned, int level) {
    if (level < 0 && !is_harmless(warned->err->msg_code)) stop<State>(warned, JpegFault::damaged);
  };
  codec.err->output_message = [](jpeg_common_struct*) {};  // not to stderr
  state_->progress.progress_monitor = [](jpeg_common_struct* going) {
    const auto& state = *static_cast<State*>(going->client_data);
    if (state.codec.input_scan_number > most_scans) stop<State>(going, JpegFault::out_of_bounds);
  };
  if (setjmp(state_->leave) != 0) return;
  jpeg_create_decompress(&codec);  // keeps err and client_data
  codec.progress = &state_->progress;
  jpeg_save_markers(&codec, app1, exif_bytes);
  jpeg_mem_src(&codec, static_cast<const unsigned char*>(static_cast<const void*>(bytes.data())), bytes.size());
}

JpegFile::~JpegFile() { jpeg_destroy_decompress(&state_->codec); }

JpegFault JpegFile::read_facts(JpegFacts& facts) {
  if (state_->fault != JpegFault::none || setjmp(state_->leave) != 0) return state_->fault;
  jpeg_decompress_struct& codec = state_->codec;
  jpeg_read_header(&codec, TRUE);
  facts.width_px = codec.image_width;
  facts.height_px = codec.image_height;
  for (const jpeg_marker_struct* marker = codec.marker_list; marker != nullptr; marker = marker->next) {
    const void* const data = marker->data;
    const std::string_view segment(static_cast<const char*>(data), marker->data_length);
    if (facts.orientation == 1) facts.orientation = orientation_in(segment);
  }
  // Where Adobe's marker and the rest of the file disagree, readers do too.
  const bool plain_colour =
      codec.jpeg_color_space == JCS_YCbCr && (codec.saw_Adobe_marker == 0 || codec.Adobe_transform == 1);
  facts.embeddable = (plain_colour || codec.jpeg_color_space == JCS_GRAYSCALE) && codec.arith_code == 0;
  return JpegFault::none;
}

JpegFault JpegFile::prove() {
  if (state_->fault != JpegFault::none || setjmp(state_->leave) != 0) return state_->fault;
  jpeg_decompress_struct& codec = state_->codec;
  if (codec.jpeg_color_space == JCS_YCbCr) codec.out_color_space = JCS_GRAYSCALE;  // all is read, less is computed
  codec.do_fancy_upsampling = FALSE;
  jpeg_start_decompress(&codec);
  const JDIMENSION row_samples = codec.output_width * static_cast<JDIMENSION>(codec.output_components);
  auto* const rows = codec.mem->alloc_sarray(static_cast<jpeg_common_struct*>(static_cast<void*>(&codec)), JPOOL_IMAGE,
                                             row_samples, 1);
  while (codec.output_scanline < codec.output_height) jpeg_read_scanlines(&codec, rows, 1);
  jpeg_finish_decompress(&codec);
  return JpegFault::none;
}

JpegFault JpegFile::read_pixels(std::span<std::uint32_t> pixels, std::size_t stride) {
  if (state_->fault != JpegFault::none || setjmp(state_->leave) != 0) return state_->fault;
  jpeg_decompress_struct& codec = state_->codec;
  const bool four = codec.jpeg_color_space == JCS_CMYK || codec.jpeg_color_space == JCS_YCCK;
  codec.out_color_space = four ? JCS_CMYK : JCS_RGB;
  jpeg_start_decompress(&codec);
  const JDIMENSION row_samples = codec.output_width * static_cast<JDIMENSION>(codec.output_components);
  auto* const rows = codec.mem->alloc_sarray(static_cast<jpeg_common_struct*>(static_cast<void*>(&codec)), JPOOL_IMAGE,
                                             row_samples, 1);
  while (codec.output_scanline < codec.output_height) {
    const std::size_t begin = codec.output_scanline * stride;
    jpeg_read_scanlines(&codec, rows, 1);
    write_row(codec, rows[0], pixels.subspan(begin, codec.output_width));
  }
  jpeg_finish_decompress(&codec);
  return JpegFault::none;
}

}  // namespace platen::worker
