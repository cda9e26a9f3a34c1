import { expect, it } from 'vitest';

import { parsePrefixes } from '../../../../src/domain/containerize/parse-prefixes.ts';

it('reads for which paths environments were made', () => {
  const lines = [
    ...['/lib/venv', '#!/opt/venv/bin/python3.13 # -*- coding: utf-8 -*-'],
    ...['/lib/long', `#!/bin/sh '''exec' "/opt/long/bin/python" "$0" "$@"`],
    ...['/lib/other', '#!/bin/sh echo', '/lib/none'],
  ];
  expect(parsePrefixes(lines)).toEqual([
    { folder: '/lib/venv', prefix: '/opt/venv' },
    { folder: '/lib/long', prefix: '/opt/long' },
  ]);
});
