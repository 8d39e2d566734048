#include "redis/tls.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <climits>
#include <utility>

#include "base/owned.hpp"

namespace platen::redis {

namespace {

using Context = Owned<SSL_CTX, SSL_CTX_free>;
using Session = Owned<SSL, SSL_free>;

/// The newest reason that OpenSSL has for this thread, and forgets the others.
std::string openssl_reason() {
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  const char* const reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "no reason is known" : reason;
}

tl::unexpected<Error> broken(std::string_view what) {
  return fail(Errc::unavailable, fmt::format("TLS: {}: {}", what, openssl_reason()));
}

bool is_address(const std::string& host) {
  unsigned char bytes[sizeof(in6_addr)];
  return ::inet_pton(AF_INET, host.c_str(), bytes) == 1 || ::inet_pton(AF_INET6, host.c_str(), bytes) == 1;
}

Result<void> trust(SSL_CTX* context, const TlsSettings& settings) {
  const bool trusts = settings.ca_file.empty()
                          ? SSL_CTX_set_default_verify_paths(context) == 1
                          : SSL_CTX_load_verify_locations(context, settings.ca_file.c_str(), nullptr) == 1;
  if (!trusts) return broken(fmt::format("the authorities in '{}' cannot be read", settings.ca_file));
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  return {};
}

Result<void> show_ourselves(SSL_CTX* context, const TlsSettings& settings) {
  if (settings.certificate_file.empty()) return {};
  if (SSL_CTX_use_certificate_chain_file(context, settings.certificate_file.c_str()) != 1)
    return broken(fmt::format("the certificate '{}' cannot be read", settings.certificate_file));
  if (SSL_CTX_use_PrivateKey_file(context, settings.key_file.c_str(), SSL_FILETYPE_PEM) != 1)
    return broken(fmt::format("the key '{}' cannot be used with its certificate", settings.key_file));
  return {};
}

Result<void> expect_name(SSL* session, const std::string& name) {
  if (is_address(name)) {
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), name.c_str()) == 1) return {};
  } else {
    SSL_set_hostflags(session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (SSL_set1_host(session, name.c_str()) == 1 &&
        SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                 const_cast<char*>(name.c_str())) == 1)  // what the macro for it does, less an old-style cast
      return {};
  }
  return broken("the server's name");
}

}  // namespace

struct Tls::State {
  Session session;
  BIO* incoming = nullptr;  ///< the session's
  BIO* outgoing = nullptr;  ///< the session's

  /// Moves what the session has to send.
  void drain(std::string& encrypted) const {
    char bytes[16UL * 1024];
    for (int got = 0; (got = BIO_read(outgoing, bytes, sizeof bytes)) > 0;)
      encrypted.append(bytes, static_cast<std::size_t>(got));
  }

  /// What a call that did not succeed means: only that more must come first, or that this was the end.
  [[nodiscard]] Result<void> explain(int result, std::string_view what) const {
    const int error = SSL_get_error(session.get(), result);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return {};
    if (error == SSL_ERROR_ZERO_RETURN) return fail(Errc::unavailable, "Redis closed the connection");
    if (const long verified = SSL_get_verify_result(session.get()); verified != X509_V_OK) {
      ERR_clear_error();
      return fail(Errc::unavailable,
                  fmt::format("TLS: Redis's certificate is not trusted: {}", X509_verify_cert_error_string(verified)));
    }
    return broken(what);
  }
};

Tls::Tls(std::unique_ptr<State> state) : state_(std::move(state)) {}
Tls::Tls(Tls&&) noexcept = default;
Tls& Tls::operator=(Tls&&) noexcept = default;
Tls::~Tls() = default;

Result<Tls> Tls::make(const TlsSettings& settings, const std::string& host) {
  ERR_clear_error();
  const Context context(SSL_CTX_new(TLS_client_method()));
  if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1) return broken("start");
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION);
  if (auto done = trust(context.get(), settings); !done) return fail(std::move(done).error());
  if (auto done = show_ourselves(context.get(), settings); !done) return fail(std::move(done).error());
  auto state = std::make_unique<State>();
  state->session.reset(SSL_new(context.get()));
  state->incoming = BIO_new(BIO_s_mem());
  state->outgoing = BIO_new(BIO_s_mem());
  if (!state->session || state->incoming == nullptr || state->outgoing == nullptr) return broken("start");
  SSL_set_bio(state->session.get(), state->incoming, state->outgoing);  // which owns them from here on
  const std::string& name = settings.server_name.empty() ? host : settings.server_name;
  if (auto done = expect_name(state->session.get(), name); !done) return fail(std::move(done).error());
  SSL_set_connect_state(state->session.get());
  return Tls(std::move(state));
}

Result<bool> Tls::shake_hands(std::string& encrypted) {
  ERR_clear_error();
  const int result = SSL_do_handshake(state_->session.get());
  state_->drain(encrypted);
  if (result == 1) return true;
  if (auto fine = state_->explain(result, "the handshake failed"); !fine) return fail(std::move(fine).error());
  return false;
}

Result<void> Tls::encrypt(std::string_view plain, std::string& encrypted) {
  ERR_clear_error();
  while (!plain.empty()) {  // into memory, which takes all
    const int some = static_cast<int>(std::min<std::size_t>(plain.size(), INT_MAX));
    const int written = SSL_write(state_->session.get(), plain.data(), some);
    if (written <= 0) return broken("send");
    plain.remove_prefix(static_cast<std::size_t>(written));
  }
  state_->drain(encrypted);
  return {};
}

void Tls::take(std::string_view encrypted) {
  // Memory takes all; were there none left, the next decrypt would miss it and fail.
  (void)BIO_write(state_->incoming, encrypted.data(), static_cast<int>(encrypted.size()));
}

Result<std::size_t> Tls::decrypt(char* plain, std::size_t most_bytes) {
  ERR_clear_error();
  const int got = SSL_read(state_->session.get(), plain, static_cast<int>(std::min<std::size_t>(most_bytes, INT_MAX)));
  if (got > 0) return static_cast<std::size_t>(got);
  if (auto fine = state_->explain(got, "receive"); !fine) return fail(std::move(fine).error());
  return 0;
}

}  // namespace platen::redis
