import {
  createTopologyControlButtons,
  DEFAULT_EDGE_TYPE,
  DEFAULT_FINALLY_NODE_TYPE,
  DEFAULT_SPACER_NODE_TYPE,
  DEFAULT_TASK_NODE_TYPE,
  defaultControlButtonsOptions,
  getEdgesFromNodes,
  getSpacerNodes,
  GraphComponent,
  ModelKind,
  PipelineDagreLayout,
  RunStatus,
  SpacerNode,
  TaskEdge,
  TaskNode,
  TopologyControlBar,
  TopologyView,
  Visualization,
  VisualizationProvider,
  VisualizationSurface,
  withPanZoom,
  type ComponentFactory,
  type Graph,
  type GraphElement,
  type Node,
  type PipelineNodeModel,
} from '@patternfly/react-topology';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { TaskSummary } from '../../../src/wizard/api/migrations.ts';

const statuses: Readonly<Record<TaskSummary['phase'], RunStatus>> = {
  pending: RunStatus.Pending,
  running: RunStatus.Running,
  succeeded: RunStatus.Succeeded,
  incomplete: RunStatus.Failed,
  'changes-kept': RunStatus.Succeeded,
  failed: RunStatus.Failed,
  cancelled: RunStatus.Cancelled,
  skipped: RunStatus.Skipped,
};

interface NodeData {
  readonly phase: TaskSummary['phase'];
  /** The same in the language of the user. */
  readonly text: string;
}

const zoomStep = 4 / 3;
const panStep = 120;
const size = { width: 290, height: 36 };

function GraphNode({ element }: { readonly element: GraphElement }) {
  const { phase, text } = (element as Node).getData() as NodeData;
  return <TaskNode element={element} status={statuses[phase]} showStatusState badge={text} disableTooltip truncateLength={40} />;
}

const factory: ComponentFactory = (kind, type) => {
  if (kind === ModelKind.graph) return withPanZoom()(GraphComponent);
  if (kind === ModelKind.edge) return TaskEdge;
  return type === DEFAULT_SPACER_NODE_TYPE ? SpacerNode : GraphNode;
};

function createController(): Visualization {
  const controller = new Visualization();
  controller.registerComponentFactory(factory);
  controller.registerLayoutFactory((_type: string, graph: Graph) => new PipelineDagreLayout(graph, { ignoreGroups: true }));
  return controller;
}

/** The tasks of a run as a graph. The table of the tasks says the same. */
export function RunGraph({ tasks }: { readonly tasks: readonly TaskSummary[] }) {
  const { t } = useTranslation();
  const [controller] = useState(createController);
  useEffect(() => {
    const known = new Set(tasks.map(({ name }) => name));
    const nodes = tasks.map(({ name, phase, after, isFinally }): PipelineNodeModel => {
      const data: NodeData = { phase, text: t(`phase.${phase}`) };
      const type = isFinally ? DEFAULT_FINALLY_NODE_TYPE : DEFAULT_TASK_NODE_TYPE;
      return { id: name, label: name, type, ...size, runAfterTasks: after.filter((each) => known.has(each)), data };
    });
    const all = [...nodes, ...getSpacerNodes(nodes)];
    const isFirst = !controller.hasGraph();
    controller.fromModel(
      {
        nodes: all,
        edges: getEdgesFromNodes(all, DEFAULT_SPACER_NODE_TYPE, DEFAULT_EDGE_TYPE, DEFAULT_EDGE_TYPE),
        ...(isFirst ? { graph: { id: 'run', type: 'graph', layout: 'PipelineDagreLayout', scaleExtent: [0.2, 3] } } : {}),
      },
      !isFirst,
    );
    if (!isFirst) return undefined;
    const timer = setTimeout(() => controller.getGraph().fit(40), 100);
    return () => clearTimeout(timer);
  }, [controller, tasks, t]);
  return (
    <div className="wizard-graph" role="group" aria-label={t('run.graph')}>
      <TopologyView controlBar={<Controls controller={controller} />}>
        <VisualizationProvider controller={controller}>
          <VisualizationSurface state={{}} />
        </VisualizationProvider>
      </TopologyView>
    </div>
  );
}

function Controls({ controller }: { readonly controller: Visualization }) {
  const { t } = useTranslation();
  const graph = (): Graph => controller.getGraph();
  const pan = (id: keyof typeof arrows, x: number, y: number) => ({
    id,
    icon: <span aria-hidden="true">{arrows[id]}</span>,
    ariaLabel: t(`run.pan.${id}`),
    callback: () => graph().setPosition(graph().getPosition().translate(x, y)),
  });
  const buttons = createTopologyControlButtons({
    ...defaultControlButtonsOptions,
    zoomInCallback: () => graph().scaleBy(zoomStep),
    zoomInTip: '',
    zoomInAriaLabel: t('run.zoomIn'),
    zoomOutCallback: () => graph().scaleBy(1 / zoomStep),
    zoomOutTip: '',
    zoomOutAriaLabel: t('run.zoomOut'),
    fitToScreenCallback: () => graph().fit(40),
    fitToScreenTip: '',
    fitToScreenAriaLabel: t('run.fit'),
    resetView: false,
    legend: false,
    customButtons: [pan('left', panStep, 0), pan('right', -panStep, 0), pan('up', 0, panStep), pan('down', 0, -panStep)],
  });
  return <TopologyControlBar controlButtons={buttons} />;
}

const arrows = { left: '←', right: '→', up: '↑', down: '↓' } as const;
