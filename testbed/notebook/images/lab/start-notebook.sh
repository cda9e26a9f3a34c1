#!/bin/sh
# Starts JupyterLab on all addresses; arguments are options of it. It refuses root unless it is told otherwise.
if [ "$(id -u)" = 0 ]; then set -- --ServerApp.allow_root=True "$@"; fi
exec jupyter lab --ServerApp.ip=0.0.0.0 --ServerApp.port=8888 --ServerApp.open_browser=False "$@"
