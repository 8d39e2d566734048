#include "worker/pdf/form_import.hpp"

#include <fmt/format.h>
#include <qpdf/Buffer.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFObjectHandle.hh>
#include <qpdf/QPDFPageObjectHelper.hh>

#include <cstddef>
#include <exception>
#include <iterator>
#include <map>

namespace platen::worker {

namespace {

/// Writes objects as text, and gives each one that is referred to its new number as it comes by.
class Writer {
 public:
  explicit Writer(std::uint32_t first_object) : first_object_(first_object) {}

  /// The form, then whatever it needs, in the order in which it is first named.
  std::vector<std::string> write(QPDFObjectHandle form_entries, QPDFObjectHandle contents) {
    std::vector<std::string> bodies;
    found_.emplace_back();  // the form itself, which nothing refers to
    for (const char* key : {"/Filter", "/DecodeParms"})
      if (contents.getDict().hasKey(key)) form_entries.replaceKey(key, contents.getDict().getKey(key));
    bodies.push_back(stream_body(form_entries, contents));
    for (std::size_t next = 1; next < found_.size(); ++next) {  // grows as bodies are written
      QPDFObjectHandle object = found_[next];
      if (object.isStream()) {
        bodies.push_back(stream_body(object.getDict(), object));
      } else {
        bodies.emplace_back();
        append_direct(bodies.back(), object);
      }
    }
    return bodies;
  }

 private:
  std::string stream_body(QPDFObjectHandle entries, QPDFObjectHandle stream) {
    const auto bytes = stream.getRawStreamData();
    QPDFObjectHandle dictionary = entries.shallowCopy();
    dictionary.replaceKey("/Length", QPDFObjectHandle::newInteger(static_cast<long long>(bytes->getSize())));
    std::string body;
    append_direct(body, dictionary);
    body += "\nstream\n";
    const auto* const begin = static_cast<const char*>(static_cast<const void*>(bytes->getBuffer()));
    body.append(begin, bytes->getSize());
    body += "\nendstream";
    return body;
  }

  void append(std::string& out, QPDFObjectHandle object) {
    if (!object.isIndirect() || object.isNull()) return append_direct(out, object);
    const auto [place, is_new] = numbers_.try_emplace(object.getObjGen(), first_object_ + found_.size());
    if (is_new) found_.push_back(object);
    fmt::format_to(std::back_inserter(out), "{} 0 R", place->second);
  }

  void append_direct(std::string& out, QPDFObjectHandle object) {
    if (object.isDictionary()) {
      out += "<<";
      for (const std::string& key : object.getKeys()) {  // in alphabetical order
        fmt::format_to(std::back_inserter(out), " {} ", QPDFObjectHandle::newName(key).unparse());
        append(out, object.getKey(key));
      }
      out += " >>";
    } else if (object.isArray()) {
      out += "[";
      for (int i = 0; i < object.getArrayNItems(); ++i) {
        if (i > 0) out += ' ';
        append(out, object.getArrayItem(i));
      }
      out += "]";
    } else {
      out += object.unparseResolved();
    }
  }

  std::size_t first_object_;
  std::vector<QPDFObjectHandle> found_;
  std::map<QPDFObjGen, std::size_t> numbers_;
};

Result<std::vector<std::string>> import_page(QPDF& pdf, std::uint32_t first_object, const FormOrigin& origin) {
  const auto& pages = pdf.getAllPages();
  if (pages.size() != 1) return fail(Errc::internal, fmt::format("A figure has {} pages.", pages.size()));
  QPDFObjectHandle page = pages.front();
  QPDFObjectHandle contents = page.getKey("/Contents");
  if (!contents.isStream()) return fail(Errc::internal, "A figure's page is not one stream.");
  QPDFObjectHandle form = QPDFObjectHandle::newDictionary();
  form.replaceKey("/Type", QPDFObjectHandle::newName("/XObject"));
  form.replaceKey("/Subtype", QPDFObjectHandle::newName("/Form"));
  QPDFPageObjectHelper attributes(page);  // which pages may inherit
  if (origin.x != 0 || origin.y != 0)
    form.replaceKey("/Matrix", QPDFObjectHandle::newArray(QPDFObjectHandle::Matrix(1, 0, 0, 1, -origin.x, -origin.y)));
  form.replaceKey("/BBox", attributes.getAttribute("/MediaBox", false));
  form.replaceKey("/Resources", attributes.getAttribute("/Resources", false));
  if (page.hasKey("/Group")) form.replaceKey("/Group", page.getKey("/Group"));
  return Writer(first_object).write(form, contents);
}

}  // namespace

Result<std::vector<std::string>> import_form(std::string_view one_page_pdf, std::uint32_t first_object,
                                             const FormOrigin& origin) {
  try {
    QPDF pdf;
    pdf.setSuppressWarnings(true);
    pdf.setAttemptRecovery(false);
    pdf.processMemoryFile("figure", one_page_pdf.data(), one_page_pdf.size());
    return import_page(pdf, first_object, origin);
  } catch (const std::exception&) {
    return fail(Errc::internal, "A figure could not be put into the report.");
  }
}

}  // namespace platen::worker
