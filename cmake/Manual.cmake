# Man pages and completions, made from the programs' own definitions, below build/…/manual.
set(manual ${CMAKE_BINARY_DIR}/manual)
platen_program(platen-manual ${PROJECT_SOURCE_DIR}/deploy/man/manual_main.cpp platen_app platen_slots)
set_source_files_properties(${PROJECT_SOURCE_DIR}/deploy/man/manual_main.cpp PROPERTIES COMPILE_OPTIONS "-O0;-g1")
add_custom_command(
  OUTPUT ${manual}/platen.1 ${manual}/platend.8 ${manual}/platen-worker.8 ${manual}/platen.toml.5
         ${manual}/platen.bash ${manual}/platen.zsh ${manual}/platen.fish
  COMMAND ${CMAKE_COMMAND} -E make_directory ${manual}
  COMMAND platen-manual ${manual}
  COMMAND platen man > ${manual}/platen.1
  COMMAND platen completion bash > ${manual}/platen.bash
  COMMAND platen completion zsh > ${manual}/platen.zsh
  COMMAND platen completion fish > ${manual}/platen.fish
  DEPENDS platen platen-manual
  VERBATIM)
add_custom_target(manual ALL DEPENDS ${manual}/platen.1)
