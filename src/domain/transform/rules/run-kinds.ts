import type { Path } from '../../core/json-object.ts';

/** Kinds of which each object is one run: how its status says that the run has ended. */
export interface Run {
  readonly kinds: readonly string[];
  /** Where the status has a word; a run has ended when it is one of `endWords`, in any case. */
  readonly word?: Path;
  /** A further end word of these kinds alone. */
  readonly alsoEnds?: string;
  /** A condition of one of these types that is true. */
  readonly conditions?: readonly string[];
  /** Where the status has the time of the end. */
  readonly time?: Path;
  /** The type or document that says so. */
  readonly source: string;
}

export const phase: Path = ['status', 'phase'];
export const state: Path = ['status', 'state'];

const kubeDbRequests = (
  'Cassandra ClickHouse Druid Elasticsearch Etcd FerretDB Hazelcast Ignite Kafka MariaDB MSSQLServer Memcached MongoDB MySQL ' +
  'PerconaXtraDB PgBouncer Pgpool Postgres ProxySQL RabbitMQ Redis RedisSentinel Singlestore Solr ZooKeeper'
)
  .split(' ')
  .map((database) => `${database}OpsRequest.ops.kubedb.com`);

/** Kinds of runs by the API that defines them. Jobs have a rule of their own. */
export const runs: readonly Run[] = [
  { kinds: ['Pod'], word: phase, source: 'kubernetes/api core/v1/types.go PodPhase' },
  {
    kinds: ['CustomRun.tekton.dev', 'PipelineRun.tekton.dev', 'Run.tekton.dev', 'TaskRun.tekton.dev'],
    time: ['status', 'completionTime'],
    conditions: ['Succeeded'],
    source: 'https://tekton.dev/docs/pipelines/pipelineruns/#monitoring-execution-status',
  },
  {
    kinds: ['AnalysisRun.argoproj.io', 'Experiment.argoproj.io', 'Workflow.argoproj.io'],
    word: phase,
    source: 'argoproj/argo-workflows workflow_phase.go; argoproj/argo-rollouts analysis_types.go AnalysisPhase',
  },
  {
    kinds: ['Backup', 'DataDownload', 'DataUpload', 'PodVolumeBackup', 'PodVolumeRestore', 'Restore'].map(
      (kind) => `${kind}.velero.io`,
    ),
    word: phase,
    source: 'https://velero.io/docs/main/api-types/backup/, https://velero.io/docs/main/api-types/restore/',
  },
  {
    kinds: ['DeleteBackupRequest', 'DownloadRequest', 'ServerStatusRequest'].map((kind) => `${kind}.velero.io`),
    word: phase,
    source: 'vmware-tanzu/velero pkg/apis/velero/v1/delete_backup_request_types.go DeleteBackupRequestPhaseProcessed',
  },
  {
    kinds: ['DirectImageMigration', 'DirectVolumeMigration', 'MigMigration'].map(
      (kind) => `${kind}.migration.openshift.io`,
    ),
    word: phase,
    source: 'migtools/mig-controller pkg/apis/migration/v1alpha1/migmigration_types.go',
  },
  {
    kinds: ['Migration.forklift.konveyor.io', 'BuildRun.shipwright.io'],
    conditions: ['Succeeded', 'Failed'],
    time: ['status', 'completionTime'],
    source: 'kubev2v/forklift pkg/apis/forklift/v1beta1/migration.go; shipwright-io/build docs/buildrun.md',
  },
  {
    kinds: ['Challenge.acme.cert-manager.io', 'Order.acme.cert-manager.io'],
    word: state,
    source: 'cert-manager/cert-manager pkg/apis/acme/v1/types_order.go State',
  },
  {
    kinds: ['CertificateRequest.cert-manager.io'],
    conditions: ['Ready', 'Denied', 'InvalidRequest'],
    source: 'cert-manager/cert-manager pkg/apis/certmanager/v1/types_certificaterequest.go',
  },
  {
    kinds: ['VirtualMachineRestore.snapshot.kubevirt.io'],
    time: ['status', 'restoreTime'],
    source: 'kubevirt/api snapshot/v1beta1/types.go VirtualMachineRestoreStatus',
  },
  {
    kinds: ['VirtualMachineClone.clone.kubevirt.io', 'VirtualMachineSnapshot.snapshot.kubevirt.io'],
    word: phase,
    source:
      'https://kubevirt.io/user-guide/storage/snapshot_restore_api/, https://kubevirt.io/user-guide/storage/clone_api/',
  },
  {
    kinds: ['JobSet.jobset.x-k8s.io', 'TrainJob.trainer.kubeflow.org', 'Workload.kueue.x-k8s.io'],
    conditions: ['Complete', 'Completed', 'Failed', 'Finished'],
    source:
      'kubernetes-sigs/jobset api/jobset/v1alpha2; kubeflow/trainer pkg/apis/trainer/v1alpha1; kubernetes-sigs/kueue',
  },
  {
    kinds: ['Backup.postgresql.cnpg.io'],
    word: phase,
    source: 'https://cloudnative-pg.io/documentation/current/cloudnative-pg.v1/#backupstatus',
  },
  {
    kinds: ['OpsRequest.apps.kubeblocks.io', 'OpsRequest.operations.kubeblocks.io', ...kubeDbRequests],
    word: phase,
    alsoEnds: 'Succeed',
    source: 'https://kubeblocks.io/docs/; https://kubedb.com/docs/latest/guides/mysql/concepts/opsrequest/',
  },
  {
    kinds: ['AnsibleJob.tower.ansible.com'],
    word: ['status', 'ansibleJobResult', 'status'],
    source: 'https://github.com/ansible/awx-resource-operator',
  },
  {
    kinds: ['Archive', 'Backup', 'Check', 'Prune', 'Restore'].map((kind) => `${kind}.k8up.io`),
    conditions: ['Completed'],
    source: 'https://docs.k8up.io/k8up/references/status.html',
  },
  {
    kinds: ['BackupSession.stash.appscode.com', 'RestoreSession.stash.appscode.com'],
    word: phase,
    source: 'https://stash.run/docs/latest/concepts/crds/restoresession/',
  },
  {
    kinds: ['BackupSession.core.kubestash.com', 'RestoreSession.core.kubestash.com'],
    word: phase,
    source: 'https://kubestash.com/docs/latest/concepts/crds/restoresession/',
  },
  {
    kinds: ['PerconaXtraDBClusterBackup.pxc.percona.com', 'PerconaXtraDBClusterRestore.pxc.percona.com'],
    word: state,
    source: 'percona/percona-xtradb-cluster-operator pkg/apis/pxc/v1/pxc_backup_types.go',
  },
  {
    kinds: ['PerconaServerMongoDBBackup.psmdb.percona.com', 'PerconaServerMongoDBRestore.psmdb.percona.com'],
    word: state,
    alsoEnds: 'ready',
    source: 'percona/percona-server-mongodb-operator pkg/apis/psmdb/v1/perconaservermongodbbackup_types.go',
  },
  {
    kinds: ['PerconaPGBackup.pgv2.percona.com', 'PerconaPGRestore.pgv2.percona.com'],
    word: state,
    source: 'percona/percona-postgresql-operator pkg/apis/pgv2.percona.com/v2/perconapgbackup_types.go',
  },
  {
    kinds: ['Restore.k8s.mariadb.com'],
    conditions: ['Complete', 'Failed'],
    source: 'mariadb-operator/mariadb-operator api/v1alpha1/condition_types.go ConditionTypeComplete',
  },
  {
    kinds: ['MySQLBackup.mysql.oracle.com'],
    word: ['status', 'status'],
    source: 'mysql/mysql-operator mysqloperator/controller/backup/backup_api.py',
  },
  {
    kinds: ['CassandraTask.control.k8ssandra.io', 'K8ssandraTask.control.k8ssandra.io'],
    time: ['status', 'completionTime'],
    source: 'k8ssandra/cass-operator apis/control/v1alpha1/cassandratask_types.go',
  },
  {
    kinds: ['MedusaBackupJob', 'MedusaRestoreJob', 'MedusaTask'].map((kind) => `${kind}.medusa.k8ssandra.io`),
    time: ['status', 'finishTime'],
    source: 'k8ssandra/k8ssandra-operator apis/medusa/v1alpha1',
  },
  {
    kinds: ['TestRun.k6.io', 'K6.k6.io'],
    word: ['status', 'stage'],
    source: 'grafana/k6-operator api/v1alpha1/testrun_types.go Stage',
  },
  {
    kinds: ['Experiment.kubeflow.org', 'Trial.kubeflow.org'],
    conditions: ['Succeeded', 'Failed'],
    source: 'kubeflow/katib pkg/apis/controller/experiments/v1beta1/experiment_types.go',
  },
  {
    kinds: ['ChaosEngine.litmuschaos.io'],
    word: ['status', 'engineStatus'],
    source: 'litmuschaos/chaos-operator api/litmuschaos/v1alpha1/chaosengine_types.go EngineStatus',
  },
  {
    kinds: ['ActionSet.cr.kanister.io'],
    word: state,
    source: 'https://docs.kanister.io/architecture.html#actionsets',
  },
  {
    kinds: ['SparkApplication.sparkoperator.k8s.io'],
    word: ['status', 'applicationState', 'state'],
    source: 'kubeflow/spark-operator api/v1beta2/sparkapplication_types.go ApplicationStateType',
  },
  {
    kinds: ['RayJob.ray.io'],
    word: ['status', 'jobDeploymentStatus'],
    source: 'ray-project/kuberay ray-operator/apis/ray/v1/rayjob_types.go JobDeploymentStatus',
  },
  {
    kinds: ['Job.batch.volcano.sh'],
    word: ['status', 'state', 'phase'],
    source: 'volcano-sh/apis pkg/apis/batch/v1alpha1/job.go JobPhase',
  },
  {
    kinds: ['MPIJob', 'PaddleJob', 'PyTorchJob', 'TFJob', 'XGBoostJob'].map((kind) => `${kind}.kubeflow.org`),
    conditions: ['Succeeded', 'Failed'],
    source: 'kubeflow/trainer pkg/apis/kubeflow.org/v1/common_types.go JobConditionType',
  },
];
