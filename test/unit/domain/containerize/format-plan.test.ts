import { expect, it } from 'vitest';

import { formatPlan } from '../../../../src/domain/containerize/format-plan.ts';
import { aPod, noChoices, planOf } from '../../../builders/containerize.ts';

it('a plan shows areas, variables without values, the start and warnings', () => {
  const pod = aPod({
    container: {
      env: [
        { name: 'LANG', value: 'plain-value' },
        { name: 'PW', valueFrom: { secretKeyRef: { name: 'db', key: 'pw' } } },
        { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      ],
      args: ['--a b', '-c'],
      securityContext: { runAsUser: 5 },
      ports: [{ containerPort: 80 }],
      workingDir: '/w',
      volumeMounts: [
        { name: 'l', mountPath: '/app-library' },
        { name: 'f', mountPath: '/files', subPath: 'a' },
      ],
    },
    volumes: [
      { name: 'l', persistentVolumeClaim: { claimName: 'l' } },
      { name: 'f', persistentVolumeClaim: { claimName: 'f' } },
    ],
  });
  const text = formatPlan(
    planOf(pod, {
      choices: { ...noChoices, workspace: false },
      observed: { home: '/', packageFolders: [], prefixes: [] },
    }),
  );
  expect(text).not.toContain('plain-value');
  for (const line of [
    /^StatefulSet shop\/lab, pod lab-0, container lab$/m,
    /^base image: quay.io\/jupyter\/lab@sha256:a{64}$/m,
    /^in +library +\/app-library +claim l +claim l; no profile declares it, its path looks like a library$/m,
    /^out +workspace +\/files +claim f, folder a +.*leaves workspace files out$/m,
    /^in +changed +\/ +container/m,
    /^\/home, \/root +home folders are never included$/m,
    /^in +LANG$/m,
    /^out +PW +supply it +its value is from a Secret \(Secret db, key pw\)$/m,
    /^out +IP +its value is from the pod \(field status.podIP\)$/m,
    /^entrypoint +as the base image$/m,
    /^arguments +"--a b" -c$/m,
    /^working folder +\/w$/m,
    /^user +5$/m,
    /^ports +80\/tcp$/m,
    /^Files of user 5 get the user of the image/m,
    /^- HOME of the container is \//m,
  ])
    expect(text).toMatch(line);
});

it('a plan of nothing has no empty sections', () => {
  const plan = planOf(aPod({ container: { command: ['run'] } }), { choices: { ...noChoices, groupRights: false } });
  const text = formatPlan({ ...plan, never: [], areas: [] });
  expect(text).not.toMatch(/Environment|Owners|Warnings|Never included/);
  expect(text).toMatch(/^entrypoint +run$/m);
  expect(text).toMatch(/^arguments +none$/m);
  expect(text).toMatch(/^ports +none$/m);
  expect(formatPlan(planOf(aPod()))).toMatch(/^arguments +as the base image$/m);
});

it('a plan shows by which programs files are read, and packages that are not in the image', () => {
  const pod = aPod({
    container: { volumeMounts: [{ name: 'f', mountPath: '/files' }] },
    volumes: [{ name: 'f', persistentVolumeClaim: { claimName: 'f' } }],
  });
  const plan = planOf(pod);
  const outside = [
    { path: '/home/u/R', loader: 'R .libPaths()', bytes: 2048, reason: 'HOME is never included' },
    { path: '/home/u/x', loader: 'python3 sys.path', bytes: undefined, reason: 'HOME is never included' },
  ];
  const text = formatPlan({ ...plan, outside, reading: { claims: 'snapshot', own: 'debug-container' } });
  for (const line of [
    /^in +workspace +\/files +claim f by a snapshot/m,
    /^in +changed +\/ +debug container/m,
    /^\/home\/u\/R +2.00 KiB +R .libPaths\(\) +HOME is never included/m,
    /^\/home\/u\/x +unknown +python3 sys.path/m,
  ])
    expect(text).toMatch(line);
});
