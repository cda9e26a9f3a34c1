import { describe, expect, it } from 'vitest';

import { TaskError } from '../../../../src/domain/core/errors.ts';
import type { JsonObject } from '../../../../src/domain/core/json-object.ts';
import { ClusterStatusError } from '../../../../src/domain/kube/status-error.ts';
import { aRun, aTask, FollowedScene as Scene } from '../../../builders/followed-run.ts';
import { thrownBy } from '../../../builders/task-error.ts';

describe('following a PipelineRun', () => {
  it('reports each state once and each line once, to the end', async () => {
    const scene = new Scene(
      (at) => {
        at.tasks = [aTask('export', ['Unknown', 'Running'], { running: {} })];
        at.logs.set('export-pod', '2026-01-31T10:00:00.1Z one\n');
      },
      () => undefined,
      (at) => at.logs.set('export-pod', '2026-01-31T10:00:00.1Z one\n2026-01-31T10:00:00.2Z two\n'),
      (at) => {
        at.tasks = [aTask('export', ['True', 'Succeeded'], { terminated: {} })];
      },
      (at) => {
        at.tasks = [...at.tasks, aTask('apply', ['False', 'Failed'], { terminated: {} })];
        at.logs.set('apply-pod', '2026-01-31T10:00:01.1Z broken\n');
        at.run = aRun('False', 'Failed');
      },
    );
    expect(await scene.follow()).toMatchObject({ hasEnded: true, hasSucceeded: false, reason: 'Failed' });
    expect(scene.printed).toEqual([
      'export | one',
      'export Running',
      'export | two',
      'export Succeeded',
      'apply | broken',
      'apply Failed',
    ]);
    expect(scene.watched.map(({ kind }) => kind).sort()).toEqual(['PipelineRun', 'TaskRun']);
    expect(scene.watched.every(({ signal }) => signal.aborted)).toBe(true);
  });

  it('says why a task waits for its pod, after some seconds and once', async () => {
    const waiting = (why: string): JsonObject => {
      const message = `pod status "PodScheduled":"False"; message: "${why}"`;
      const conditions = [{ type: 'Succeeded', status: 'Unknown', reason: 'Pending', message }];
      return { ...aTask('build', ['Unknown', 'Pending'], {}), status: { podName: 'build-pod', conditions } };
    };
    const nothing = Array.from({ length: 14 }, () => () => undefined);
    const scene = new Scene(
      (at) => {
        at.tasks = [waiting('no node')];
      },
      ...nothing,
      (at) => {
        at.tasks = [waiting('quota')];
      },
      () => undefined,
      (at) => {
        at.tasks = [aTask('build', ['True', 'Succeeded'], {})];
        at.run = aRun('True', 'Succeeded');
      },
    );
    await scene.follow();
    expect(scene.printed).toEqual([
      'build Pending',
      'build waits: pod status "PodScheduled":"False"; message: "no node"',
      'build waits: pod status "PodScheduled":"False"; message: "quota"',
      'build Succeeded',
    ]);
  });

  it('says at once why an image is not pulled', async () => {
    const message = 'build step "step-build" is pending with reason "Back-off pulling image"';
    const waits = (reason: string): JsonObject => {
      const conditions = [{ type: 'Succeeded', status: 'Unknown', reason, message }];
      return { ...aTask('build', ['Unknown', reason], {}), status: { podName: 'build-pod', conditions } };
    };
    const scene = new Scene(
      (at) => {
        at.tasks = [waits('Pending')];
      },
      (at) => {
        at.tasks = [waits('PullImageFailed')];
      },
      () => undefined,
      (at) => {
        at.run = aRun('False', 'Failed');
      },
    );
    await scene.follow();
    expect(scene.printed).toEqual(['build Pending', 'build PullImageFailed', `build waits: ${message}`]);
  });

  it('fails when it may not watch', async () => {
    const scene = new Scene();
    scene.failure = new TaskError('forbidden', 'no', { remedy: 'Allow it.' });
    expect((await thrownBy(() => scene.follow())).code).toBe('forbidden');
  });

  it('fails without the run, and after its timeout', async () => {
    const gone = new Scene();
    gone.run = undefined;
    expect((await thrownBy(() => gone.follow())).code).toBe('invalid-param');
    expect((await thrownBy(() => new Scene().follow(5))).code).toBe('timeout');
  });

  it('does without the log of a pod that is gone', async () => {
    const scene = new Scene((at) => {
      at.tasks = [aTask('export', ['True', 'Succeeded'], { terminated: {} })];
      at.run = aRun('True', 'Succeeded');
    });
    await scene.follow();
    expect(scene.printed).toEqual(['export Succeeded']);
  });
});

describe('a broken connection', () => {
  it('sees the end of the run without an event about it', async () => {
    const scene = new Scene((at) => {
      at.isSilent = true;
      at.run = aRun('True', 'Succeeded');
    });
    expect(await scene.follow(30)).toMatchObject({ hasSucceeded: true });
  });

  it('watches again after the connection broke', async () => {
    const scene = new Scene(
      (at) => {
        at.failure = new TaskError('unreachable', 'broken', { remedy: 'Wait.' });
      },
      () => undefined,
      (at) => {
        at.failure = undefined;
        at.run = aRun('True', 'Succeeded');
      },
    );
    expect(await scene.follow()).toMatchObject({ hasSucceeded: true });
  });

  it('sees the tasks without an event about them', async () => {
    const scene = new Scene(
      (at) => {
        at.isSilent = true;
        at.tasks = [aTask('export', ['Unknown', 'Running'], { running: {} })];
        at.logs.set('export-pod', '2026-01-31T10:00:00.1Z one\n');
      },
      ...Array.from({ length: 20 }, () => () => undefined),
      (at) => {
        at.tasks = [aTask('export', ['True', 'Succeeded'], { terminated: {} })];
        at.run = aRun('True', 'Succeeded');
      },
    );
    await scene.follow(90);
    expect(scene.printed).toEqual(['export | one', 'export Running', 'export Succeeded']);
  });

  it.each([
    ['without an answer', new TaskError('unreachable', 'broken', { remedy: 'Wait.' })],
    ['with a server that has problems', new ClusterStatusError('GET', { status: 503, reason: '', message: '' })],
    ['with a server that is busy', new ClusterStatusError('GET', { status: 429, reason: '', message: '' })],
  ])('waits for minutes %s', async (_, refused) => {
    const scene = new Scene(
      (at) => {
        at.tasks = [aTask('export', ['Unknown', 'Running'], { running: {} })];
      },
      (at) => {
        [at.refused, at.failure] = [refused, refused];
      },
      ...Array.from({ length: 300 }, () => () => undefined),
      (at) => {
        [at.refused, at.failure] = [undefined, undefined];
        at.run = aRun('True', 'Succeeded');
      },
    );
    expect(await scene.follow(600)).toMatchObject({ hasSucceeded: true });
  });

  it('ends after ten minutes, long before the time limit', async () => {
    const scene = new Scene((at) => {
      at.failure = new TaskError('unreachable', 'broken', { remedy: 'Wait.' });
      at.refused = at.failure;
    });
    const error = await thrownBy(() => scene.follow(86_400));
    expect([error.code, error.message]).toEqual(['unreachable', expect.stringContaining('for 10 minutes')]);
    expect(error.remedy).toContain('crane-tasks watch move --namespace=shop');
  });
});

describe('a run that is deleted', () => {
  it.each([
    ['with an event', false],
    ['without an event', true],
  ])('is not waited for, %s', async (_, isSilent) => {
    const scene = new Scene((at) => {
      at.isSilent = isSilent;
      at.run = undefined;
    });
    const error = await thrownBy(() => scene.follow(86_400));
    expect([error.code, error.message]).toEqual([
      'incomplete',
      'following PipelineRun shop/move: it was deleted before it ended',
    ]);
  });
});
