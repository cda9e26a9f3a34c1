import { defineTask } from '../../../runtime/define-task.ts';
import { listPlugins } from '../../../usecases/transform/describe-plugins.ts';
import { pluginParams, withPrograms } from '../../shared/transform-plugins.ts';

export const craneTransformListPlugins = defineTask({
  name: 'crane-transform-list-plugins',
  aliases: ['crane-transform list-plugins'],
  summary: 'print name and version of the plugins of crane-transform',
  family: 'crane',
  stage: 'transform',
  description: 'Built-in plugins and programs, in the order in which they run, with the rule set of modernize.',
  examples: ['crane-transform list-plugins', 'crane-transform list-plugins --plugin-dir=/opt/plugins'],
  params: pluginParams,
  workspaces: {},
  results: {},
  reasons: [],
  run: async ({ params }, { log, signal }) => {
    const input = { skipPlugins: params['skip-plugins'] };
    const stdout = await withPrograms({ settings: params, workspaces: [] }, { log, signal }, (openPlugins) =>
      listPlugins(input, { log, openPlugins }),
    );
    return { items: [], results: {}, summary: 'listed the plugins', stdout };
  },
});
