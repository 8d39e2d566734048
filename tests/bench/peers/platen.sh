#!/bin/sh
# Platen's renderer on its own, from its start to its end. Usage: platen.sh BUILD_DIR THREADS IN.csv OUT.pdf
exec "$1/render_bench" "$3" -o "$4" --threads "$2"
