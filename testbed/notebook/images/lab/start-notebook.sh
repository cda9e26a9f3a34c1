#!/bin/sh
# Starts JupyterLab on all addresses; arguments are options of it.
exec jupyter lab --ServerApp.ip=0.0.0.0 --ServerApp.port=8888 --ServerApp.open_browser=False "$@"
