#include "codec/report_parts.hpp"

namespace platen::codec {

namespace {

constexpr std::size_t longest_password_bytes = 127;  // ISO 32000-2, section 7.6.4.3.3
constexpr TextRule keyword_text{.least = 0, .most = 1000};

std::string take_password(Fields& fields, std::string_view name) {
  auto password = fields.take_text(name, {.least = 1, .most = longest_password_bytes}).value_or("");
  if (password.size() > longest_password_bytes)
    fields.complain(name, "This has more than 127 bytes in UTF-8, which is what a PDF's password may have.");
  return password;
}

}  // namespace

DocumentSpec check_document(const Json& value, Problems& problems) {
  Fields fields(value, "/report/document", problems);
  DocumentSpec document;
  document.subject = fields.take_text("subject", optional_text).value_or("");
  document.keywords = fields.take_text("keywords", keyword_text).value_or("");
  document.language = take_language_tag(fields, "language").value_or(document.language);
  document.linearize = fields.take_flag("linearize").value_or(document.linearize);
  document.attach_data = fields.take_flag("attach_data").value_or(document.attach_data);
  document.accessible = fields.take_flag("accessible").value_or(document.accessible);
  document.password = take_password(fields, "password");
  document.owner_password = take_password(fields, "owner_password");
  if (!document.password.empty() && document.password == document.owner_password)
    fields.complain("owner_password", "This must differ from 'password', or who may read may also change.");
  fields.finish();
  return document;
}

}  // namespace platen::codec
