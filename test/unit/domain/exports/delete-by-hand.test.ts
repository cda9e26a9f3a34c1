import { expect, it } from 'vitest';

import { deleteByHand } from '../../../../src/domain/exports/delete-by-hand.ts';

it.each([
  ['docker.io', 'https://hub.docker.com/repository/docker/team/exports/tags'],
  ['quay.io', 'https://quay.io/repository/team/exports?tab=tags'],
  ['ghcr.io', 'https://github.com/team?tab=packages'],
  ['registry.example.com', 'on the web page of registry.example.com'],
])('an image of %s is deleted at %s', (host, place) => {
  expect(deleteByHand({ host, path: 'team/exports', tag: '1' })).toContain(place);
  expect(deleteByHand({ host, path: 'team/exports' })).toContain('delete the tag ');
});

it.each([
  'default-route-openshift-image-registry.apps.example.com',
  'image-registry.openshift-image-registry.svc:5000',
])('an image of the registry of OpenShift %s is deleted with its stream tag', (host) => {
  expect(deleteByHand({ host, path: 'course/exports', tag: 'a_lab' })).toContain(
    '`oc delete imagestreamtag exports:a_lab --namespace=course`',
  );
});
