import { execa } from 'execa';
import { ClusterError } from '../clusters/errors.ts';
import { programPath } from '../clusters/programs.ts';
import type { ServerPlace } from './run-python.ts';

/** Does the work with the address of a port of a pod, as in `127.0.0.1:40001`, which kubectl forwards meanwhile. */
export async function withForwardedPort<T>(
  { kubectl, namespace, target }: ServerPlace,
  port: number,
  work: (address: string) => Promise<T>,
): Promise<T> {
  const access = ['--kubeconfig', kubectl.kubeconfig, '--context', kubectl.context, '-n', namespace];
  const child = execa(programPath('kubectl'), [...access, 'port-forward', target, `:${String(port)}`], {
    stdin: 'ignore',
    reject: false,
  });
  const announced = new Promise<string>((resolve) => {
    child.stdout.on('data', (data: Buffer) => {
      const address = /Forwarding from (127\.0\.0\.1:\d+)/.exec(data.toString())?.[1];
      if (address !== undefined) resolve(address);
    });
  });
  const ended = child.then(({ stderr }) => {
    throw new ClusterError('command-failed', `forwarding port ${String(port)} of ${target}: ${stderr}`);
  });
  try {
    return await work(await Promise.race([announced, ended]));
  } finally {
    child.kill();
    await ended.catch(() => undefined);
  }
}
