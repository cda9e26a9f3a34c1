import { defineTask } from '../../../runtime/define-task.ts';
import { listOptionals } from '../../../usecases/transform/describe-plugins.ts';
import { pluginParams, withPrograms } from '../../shared/transform-plugins.ts';

export const craneTransformOptionals = defineTask({
  name: 'crane-transform-optionals',
  aliases: ['crane-transform optionals'],
  summary: 'print the flags that the plugins of crane-transform know',
  family: 'crane',
  stage: 'transform',
  description: 'By plugin: each flag of optional-flags with its help and an example.',
  examples: ['crane-transform optionals', 'crane-transform optionals --plugin-dir=/opt/plugins'],
  params: pluginParams,
  workspaces: {},
  results: {},
  reasons: [],
  run: async ({ params }, { log, signal }) => {
    const input = { skipPlugins: params['skip-plugins'] };
    const stdout = await withPrograms({ settings: params, workspaces: [] }, { log, signal }, (openPlugins) =>
      listOptionals(input, { log, openPlugins }),
    );
    return { items: [], results: {}, summary: 'listed the flags', stdout };
  },
});
