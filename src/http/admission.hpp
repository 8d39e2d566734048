// What is to become of a request, decided by its head alone.
#pragma once

#include <string>

#include "http/exchange.hpp"
#include "http/head.hpp"
#include "http/route_table.hpp"

namespace platen::http {

enum class Course {
  collect,      ///< read the body whole, then run the handler
  skip,         ///< read the body and drop it, then run the handler
  upload_file,  ///< lend the connection to an upload thread; the body is the file
  upload_form,  ///< likewise; the body is a form
  upload_part,  ///< likewise; the body is a part of an upload of the `route`
  options,      ///< 204 with `allow`
  refuse,
};

struct Admission {
  Course course = Course::refuse;
  std::uint64_t body_limit_bytes = 0;
  std::string allow = {};        ///< of `options`, and of a 405
  Refusal refusal = {};          ///< of `refuse`
  const Route* route = nullptr;  ///< null where it is found later: a plain GET
};

[[nodiscard]] Admission admit(const Head& head, const RouteTable& routes, const Limits& limits);

/// The request as its handler will see it, without what is the door's own business: connection and framing fields,
/// codings, more than one range. The texts that the head owns go there.
[[nodiscard]] ExchangePtr make_exchange(Head& head);

}  // namespace platen::http
