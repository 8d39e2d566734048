#include "tests/support/certificates.hpp"

#include <stdexcept>
#include <vector>

#include "base/fd.hpp"
#include "tests/support/command.hpp"

namespace platen::test {

namespace {

void openssl(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "openssl");
  const Output output = run(std::move(arguments));
  if (output.exit_code != 0) throw std::runtime_error("openssl: " + output.err);
}

}  // namespace

Certificates::Certificates() {
  const std::string extensions = folder_ / "server.ext";
  if (!write_file(extensions, "subjectAltName=DNS:localhost\n", 0600))
    throw std::runtime_error("no folder to write to");
  const std::string authority_key = folder_ / "ca.key";
  const std::string request = folder_ / "server.csr";
  openssl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
           "/CN=Platen's test", "-keyout", authority_key, "-out", authority()});
  openssl({"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=localhost",
           "-keyout", key(), "-out", request});
  openssl({"x509", "-req", "-in", request, "-CA", authority(), "-CAkey", authority_key, "-CAcreateserial", "-days", "2",
           "-extfile", extensions, "-out", certificate()});
}

}  // namespace platen::test
