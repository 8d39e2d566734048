# `make install`: the units name /usr/bin, so the prefix is /usr; DESTDIR= puts all of it below another root.
install(TARGETS platend platen-worker platen-render platen RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES deploy/systemd/platend.service deploy/systemd/platend.socket deploy/systemd/platen-worker.service
              deploy/systemd/platen.target
        DESTINATION lib/systemd/system)
install(FILES deploy/systemd/platen.sysusers DESTINATION lib/sysusers.d RENAME platen.conf)
install(FILES deploy/systemd/platen.tmpfiles DESTINATION lib/tmpfiles.d RENAME platen.conf)
install(FILES deploy/platen.toml deploy/redis.conf deploy/redis-users.conf DESTINATION /etc/platen)
install(FILES deploy/nginx/platen.conf DESTINATION ${CMAKE_INSTALL_DOCDIR}/nginx)
install(FILES deploy/systemd/journald.conf DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES deploy/haproxy/platen.cfg deploy/haproxy/come-back.http DESTINATION ${CMAKE_INSTALL_DOCDIR}/haproxy)
install(FILES README.md ARCHITECTURE.md CHANGELOG.md docs/protocol.md docs/operations.md docs/command-line.md
              docs/openapi.json docs/report.schema.json
        DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES ${CMAKE_BINARY_DIR}/manual/platen.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${CMAKE_BINARY_DIR}/manual/platen.toml.5 DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
install(FILES ${CMAKE_BINARY_DIR}/manual/platend.8 ${CMAKE_BINARY_DIR}/manual/platen-worker.8
        DESTINATION ${CMAKE_INSTALL_MANDIR}/man8)
install(FILES ${CMAKE_BINARY_DIR}/manual/platen.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
        RENAME platen)
install(FILES ${CMAKE_BINARY_DIR}/manual/platen.zsh DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions
        RENAME _platen)
install(FILES ${CMAKE_BINARY_DIR}/manual/platen.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
