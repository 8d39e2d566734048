#include "base/clock.hpp"
#include "codec/problem_json.hpp"
#include "codec/render_message.hpp"
#include "tests/support/catch.hpp"

using namespace platen;
using namespace platen::codec;
using platen::test::has_text;

TEST_CASE("an order to draw reads back", "[codec]") {
  const RenderOrder order{from_unix_ms(1'772'366'400'123), false, true, {"upl_a", "upl_b"}, 4};
  CHECK(encode_order(order) == R"({"created_at":1772366400123,"has_scratch":false,"has_data":true,)"
                               R"("images":["upl_a","upl_b"],"threads":4})");
  const auto back = decode_order(encode_order(order));
  REQUIRE(back);
  CHECK(back->created_at == order.created_at);
  CHECK_FALSE(back->has_scratch);
  CHECK(back->has_data);
  CHECK(back->images == order.images);
  CHECK(back->threads == 4);
  CHECK(files_of(*back) == 5);
}

TEST_CASE("an order that is none is refused", "[codec]") {
  const auto text = GENERATE("{}", "[]", R"({"created_at":1,"has_scratch":1,"has_data":true,"images":[],"threads":1})",
                             R"({"created_at":1,"has_scratch":true,"has_data":true,"images":[],"threads":0})",
                             R"({"created_at":1,"has_scratch":true,"has_data":true,"images":[],"threads":257})",
                             R"({"created_at":1,"has_scratch":true,"has_data":true,"images":[7],"threads":1})",
                             R"({"created_at":1,"has_scratch":true,"has_data":true,"images":"upl_a","threads":1})");
  INFO(text);
  CHECK(decode_order(text).error().code == Errc::invalid_request);
}

TEST_CASE("the largest order fits its bounds", "[codec]") {
  RenderOrder order{TimePoint::max(), true, true, {}, 256};
  for (std::size_t i = 0; i < most_images; ++i) order.images.push_back(new_upload_id().text);
  CHECK(encode_order(order).size() <= most_order_bytes);
  CHECK(files_of(order) == most_order_files);
  order.images.push_back(new_upload_id().text);
  CHECK_FALSE(decode_order(encode_order(order)));
}

TEST_CASE("each of a renderer's answers reads back as what it was", "[codec]") {
  const Progress progress{Stage::finish, 5, 10, 50.5, 2, std::chrono::milliseconds(7)};
  CHECK(std::get<Progress>(decode_answer(encode_answer(progress)).value()) == progress);
  const auto rendered = std::get<Rendered>(decode_answer(encode_answer(Rendered{3, 100, 1, 2, 4})).value());
  CHECK(rendered.pages == 3);
  CHECK(rendered.rows == 100);
  CHECK(rendered.replaced_bytes == 1);
  CHECK(rendered.skipped_rows == 2);
  CHECK(rendered.missing_glyphs == 4);
  const Error error{Errc::bad_data, "Row 3", {}};
  CHECK(std::get<Error>(decode_answer(encode_answer(error)).value()) == error);
}

TEST_CASE("an answer that is none is refused", "[codec]") {
  const auto text = GENERATE("", "{}", "[]", R"({"progress":7})", R"({"progress":{"stage":"dance"}})");
  INFO(text);
  CHECK(decode_answer(text).error().code == Errc::invalid_request);
}

TEST_CASE("a problem document has its members in order", "[codec]") {
  CHECK(encode_problem({Errc::gone, "It has been removed.", {}}, "req_1") ==
        R"({"type":"urn:platen:error:gone","title":"Gone","status":410,"detail":"It has been removed.","code":"gone",)"
        R"("request_id":"req_1"})");
  CHECK(encode_problem({Errc::invalid_report, "x", {{"/report", "y"}}}, "r") ==
        R"({"type":"urn:platen:error:invalid_report","title":"Invalid report","status":422,"detail":"x",)"
        R"("code":"invalid_report","request_id":"r","errors":[{"pointer":"/report","detail":"y"}]})");
  CHECK_THAT(encode_problem({Errc::internal, "open /secret", {}}, "r"), !has_text("secret"));
}

TEST_CASE("each error code has its status", "[codec]") {
  struct Case {
    Errc code;
    int status;
  };
  const auto entry =
      GENERATE(Case{Errc::invalid_request, 400}, Case{Errc::invalid_report, 422}, Case{Errc::bad_data, 422},
               Case{Errc::not_found, 404}, Case{Errc::conflict, 409}, Case{Errc::idempotency_conflict, 422},
               Case{Errc::gone, 410}, Case{Errc::too_large, 413}, Case{Errc::unsupported_media, 415},
               Case{Errc::forbidden, 403}, Case{Errc::method_not_allowed, 405}, Case{Errc::busy, 503},
               Case{Errc::unavailable, 503}, Case{Errc::lease_lost, 409}, Case{Errc::canceled, 409},
               Case{Errc::renderer_died, 500}, Case{Errc::timed_out, 504}, Case{Errc::internal, 500});
  CHECK(status_of(entry.code) == entry.status);
}
