// Generated from schemas/ by scripts/schemas: run `make generate`.
import type { PlanGroup, Reason } from '../reports/reasons.ts';

/** skopeo/plan.json: the images that the destination needs, and what is not copied and why. Written by crane-skopeo-sync-gen, crane-image-sync and crane-skopeo-sync. schemaVersion changes when a reader of the earlier form would do something wrong. Later versions may add members and reasons: a reader must ignore members that it does not know, and accept any reason. */
export interface SyncPlan {
  readonly schemaVersion: 1;
  readonly source: PlanSource;
  readonly destination: PlanDestination;
  /** Sorted by destination, then digest. */
  readonly images: readonly PlannedImage[];
  /** Tags whose digest the export does not have; absent when there are none. The copy pins them. */
  readonly unpinned?: readonly UnpinnedImage[];
  readonly skipped: readonly SkippedImage[];
  readonly problems: readonly PlanProblem[];
}

export interface PlanSource {
  /** Host (and port) that is reachable from outside the cluster. Empty when no image comes from the registry of a cluster. */
  readonly registry: string;
  /** Host by which pods of that cluster name the registry; empty when unknown. */
  readonly internalRegistry: string;
  /** UID of the namespace kube-system of the exported cluster; absent when unknown. */
  readonly clusterUid?: string;
}

export interface PlanDestination {
  /** Empty only in a plan without images. */
  readonly registry: string;
  readonly internalRegistry?: string;
  /** UID of the namespace kube-system of the cluster that the images are for; absent when unknown. */
  readonly clusterUid?: string;
  /** Namespace, or first parts of the repository, for images that no other rule places; may then be empty. */
  readonly namespace: string;
}

/** One manifest or index to copy, with the tags it gets. No two entries share a destination and a tag. */
export interface PlannedImage {
  /** Repository to read. */
  readonly source: string;
  /** Digest of the tag when the export was made; the copy must have the same digest. */
  readonly digest: string;
  /** Repository to write. */
  readonly destination: string;
  /** Tags to set at the destination, sorted. An image without a tag gets a `digest-…` tag, since registries delete untagged images, and OpenShift's moves the tag `latest` to an image pushed by digest alone. */
  readonly tags: readonly string[];
  readonly class: ImageClass;
  /** Why it has that class or must be copied. */
  readonly reason: Reason<'plan'>;
  readonly usedBy: readonly string[];
}

/** A tag to copy with the digest that it has when it is copied. */
export interface UnpinnedImage {
  readonly source: string;
  readonly destination: string;
  readonly tag: string;
  readonly class: ImageClass;
  readonly reason: Reason<'plan'>;
  readonly usedBy: readonly string[];
}

/** An image that is deliberately not copied. */
export interface SkippedImage {
  /** `namespace/name:tag` or `namespace/name@digest`. */
  readonly image: string;
  readonly digest?: string;
  /** Name by which the source imported it, `host/path@digest`; absent where nothing is imported again. */
  readonly reference?: string;
  readonly class: ImageClass;
  readonly reason: Reason<'plan'>;
  /** One sentence for a reader. */
  readonly message: string;
  readonly usedBy: readonly string[];
}

/** An image, stream or file for which no right plan could be made. */
export interface PlanProblem {
  readonly image: string;
  readonly reason: Reason<PlanGroup>;
  readonly message: string;
  readonly usedBy: readonly string[];
}

/** Where an image comes from. An image in the registry of a cluster has one of the first four classes. `other-registry`: workloads pull it from a registry that the user named. `listed`: a source file names it. */
export type ImageClass = 'openshift' | 'public' | 'built-in-cluster' | 'pushed' | 'other-registry' | 'listed';

/** surface.json: what a cluster offers to a migration, so that crane-validate can check a move without the cluster. Later versions may add members: a reader must ignore members that it does not know. */
export interface ApiSurface {
  readonly schemaVersion: 1;
  /** UID of the namespace kube-system; empty when the account may not read it. */
  readonly clusterUid: string;
  /** Version of Kubernetes such as `v1.36.2`; empty when unknown. */
  readonly version: string;
  /** Namespace of the quotas and limits; empty when none was given. */
  readonly namespace: string;
  /** Each kind in each version that is served, in the order of preference. */
  readonly kinds: readonly ServedKind[];
  /** Group versions whose kinds the API server could not list. */
  readonly unknown: readonly UnknownVersion[];
  readonly storageClasses: readonly StorageClass[];
  readonly quotas: readonly Quota[];
  readonly limitRanges: readonly LimitRange[];
  readonly policy?: NamespacePolicy;
  /** Absent: they were not asked for. */
  readonly nodes?: readonly ServedNode[];
  /** Names of the SecurityContextConstraints of OpenShift. Absent: the cluster has no such kind. */
  readonly securityConstraints?: readonly string[];
  /** Which of the lists above the account may not read, and why. */
  readonly unread: readonly Unread[];
}

export interface ServedKind {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** As in paths, for example `deployments`. */
  readonly plural: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

export interface UnknownVersion {
  readonly group: string;
  readonly version: string;
  /** One sentence for a reader. */
  readonly reason: string;
}

export interface StorageClass {
  readonly name: string;
  readonly isDefault: boolean;
  /** Empty when unknown. */
  readonly provisioner?: string;
}

export interface Quota {
  readonly name: string;
  readonly hard: Texts;
  readonly used: Texts;
  /** It counts some pods only, by priority or by whether they end. */
  readonly isScoped: boolean;
}

export interface LimitRange {
  readonly name: string;
  readonly limits: readonly Limit[];
}

export interface Limit {
  /** `Container`, `Pod` or `PersistentVolumeClaim`. */
  readonly type: string;
  readonly max: Texts;
  readonly min: Texts;
  readonly default: Texts;
  readonly defaultRequest: Texts;
}

/** What the namespace says of the users and rights of its pods. Absent: the namespace was not found, or not asked for. */
export interface NamespacePolicy {
  /** Pod Security level that is enforced, for example `restricted`; empty: none. */
  readonly enforce: string;
  /** Users that OpenShift gives its pods: `first/number` or `first-last`; empty: none. */
  readonly uidRange: string;
  /** Groups likewise; several ranges have commas. */
  readonly groupRange: string;
}

export interface ServedNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Unread {
  readonly what: 'storageClasses' | 'quotas' | 'limitRanges' | 'policy' | 'nodes' | 'securityConstraints';
  readonly why: string;
}

/** Quantities by resource name, as Kubernetes writes them. */
export type Texts = Readonly<Record<string, string>>;

/** What crane-transfer-pvc asks of the program in its helper pod: a file in the Secret of the pod. It has no secrets. Later versions may add members, which an older program ignores. */
export interface MoverPlan {
  /** Compare the content of each file, by checksum; otherwise type, size, time and mode. */
  readonly checksum: boolean;
  /** Delete files at the destination that the source does not have. */
  readonly delete: boolean;
  /** Copy owners, groups and devices too: only root can set them. */
  readonly owners: boolean;
  /** Copy POSIX access control lists and extended attributes. */
  readonly attributes: boolean;
  /** Only compare. */
  readonly checkOnly: boolean;
  /** The source is in use and is copied again later, so the proof may find differences. */
  readonly live: boolean;
  /** The destination existed before, so it may hold a copy: equal files are compared only once. */
  readonly hasCopy: boolean;
  /** How long the other side may be unreachable before the mover gives up. */
  readonly patienceSeconds: number;
  /** For messages: `host:port` of the tunnel. */
  readonly endpoint: string;
  /** Bytes that the file system of the destination has free for this copy; absent when unknown. */
  readonly freeBytes?: number;
}

/** What an application says about itself for app-containerize: what belongs into its image and how it starts. It is the annotation `crane-tasks.dev/application-profile` of a workload, or the key `profile.yaml` of a ConfigMap, as YAML or JSON. An unknown member is refused, because a misspelled path would be left out without notice. */
export interface ApplicationProfile {
  readonly schemaVersion: 1;
  /** Whether the application may become an image. Absent: it may. */
  readonly eligible?: boolean;
  /** Why it may not, for people: for example the terms of a license. */
  readonly reason?: string;
  /** Folders with installed packages and extensions. */
  readonly library?: readonly string[];
  /** Folders with the files that users work on. A run can leave them out. */
  readonly workspace?: readonly string[];
  /** Home folder of the user. It is never in the image, but folders below it that this profile declares are. Absent: the variable HOME of the container. */
  readonly home?: string;
  readonly start?: ProfileStart;
  /** Containers of the pod that do not belong to the application, such as proxies and log shippers. */
  readonly addOns?: readonly string[];
  readonly environment?: ProfileEnvironment;
  /** Ports that the application serves. Absent: those of the container. */
  readonly ports?: readonly ProfilePort[];
  readonly hooks?: ProfileHooks;
  /** How users log in to the exported application, for people. It must not contain a password. */
  readonly login?: string;
}

/** How the application starts. An absent member has the value of the running container. */
export interface ProfileStart {
  /** Program with its arguments, in the place of the entrypoint of the image. */
  readonly command?: readonly string[];
  /** Arguments, in the place of those of the image. */
  readonly args?: readonly string[];
  readonly workingDir?: string;
  /** `uid`, `uid:gid` or a name. */
  readonly user?: string;
}

export interface ProfileEnvironment {
  /** Variables that are secret, whatever their names and sources. Users who run the image supply them. */
  readonly secret?: readonly string[];
  /** Variables that are harmless although their names look secret. Their values are still checked. */
  readonly plain?: readonly string[];
}

export interface ProfilePort {
  readonly port: number;
  /** Absent: TCP. */
  readonly protocol?: 'TCP' | 'UDP' | 'SCTP';
}

/** Commands that run in the container before and after its files are read, or snapshots of its claims are taken. The command `after` runs in any case. */
export interface ProfileHooks {
  readonly before?: ProfileHook;
  readonly after?: ProfileHook;
}

export interface ProfileHook {
  readonly command: readonly string[];
  readonly timeoutSeconds: number;
}

/** Param claim-settings: what single PersistentVolumeClaims get at the destination. A claim without an entry gets what the other params say. An unknown member is refused, because a misspelled one would be left out without notice. */
export type ClaimSettings = readonly ClaimSetting[];

/** What one claim gets at the destination. Absent members: as the other params say. */
export interface ClaimSetting {
  /** Name of the claim at the source. */
  readonly name: string;
  /** Name at the destination. Workloads that use the claim get it too. */
  readonly newName?: string;
  /** StorageClass at the destination. It wins over storage-class and storage-class-map. */
  readonly storageClass?: string;
  /** Requested size. It must not be less than the request at the source. */
  readonly size?: string;
  /** Access modes at the destination. */
  readonly accessModes?: readonly AccessMode[];
}

/** Access mode of a claim. */
export type AccessMode = 'ReadWriteOnce' | 'ReadOnlyMany' | 'ReadWriteMany' | 'ReadWriteOncePod';

/** The key export.json of a ConfigMap with the label crane-tasks.dev/export: one export of an application as an image. It has no secrets. Later versions may add members, which an older program ignores. */
export interface ExportRecord {
  readonly schemaVersion: 1;
  /** The generated part of the tag. */
  readonly id: string;
  /** The part of the name that the user chose. */
  readonly name: string;
  readonly workload: ExportedWorkload;
  /** What the export is, as its last run recorded it. */
  readonly state: 'in-progress' | 'ready' | 'failed' | 'deleted' | 'delete-failed';
  /** Why it failed, or could not be deleted; empty for other states. */
  readonly message: string;
  /** The image with its tag: `registry/repository:<id>_<name>`. */
  readonly image: string;
  /** Digest of the manifest. Empty until it is known. */
  readonly digest: string;
  /** Compressed bytes of all layers, those of the base image too. 0 until it is known. */
  readonly size: number;
  /** When the export started, RFC 3339. */
  readonly created: string;
  /** When its run last wrote the record, RFC 3339. */
  readonly updated: string;
  /** The run that works on it, or the last one that did. */
  readonly owner: string;
  /** Whether the image has the workspace files. */
  readonly workspaceIncluded: boolean;
  /** Whether the image can be pulled without a login, as a request without one showed. Absent when unknown. */
  readonly isPublic?: boolean;
  readonly run: RunRecord;
}

/** The workload that was exported. */
export interface ExportedWorkload {
  readonly kind: string;
  readonly name: string;
}

/** What a command line that starts the image needs. */
export interface RunRecord {
  /** Ports of the image, such as `8888/tcp`. */
  readonly ports: readonly string[];
  /** Variables without a value in the image, which the user must supply. */
  readonly supply: readonly SuppliedVariable[];
  /** Paths that were volumes and are not in the image. */
  readonly volumes: readonly AbsentVolume[];
  /** Sentences for people. */
  readonly notes: readonly string[];
  /** User of the image, `uid[:gid]` or a name. */
  readonly user: string;
  /** Working folder of the image. */
  readonly workingFolder: string;
}

/** A variable and where its value was. Never the value. */
export interface SuppliedVariable {
  readonly name: string;
  readonly source: string;
}

/** A path and why it is not in the image. */
export interface AbsentVolume {
  readonly path: string;
  readonly reason: string;
}

/** reports/image.json: what is in an image that was made of a running container, what was left out, and why. It has names and places of secrets, never a value. Sizes are in bytes. Later versions may add members: a reader must ignore members that it does not know. */
export interface ImageSummary {
  readonly schemaVersion: 1;
  /** Version of crane-tasks. */
  readonly version: string;
  /** RFC 3339, UTC. */
  readonly created: string;
  readonly workload: {
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
  };
  /** Name of the pod whose files were read. */
  readonly pod: string;
  /** Name of the container in the pod. */
  readonly container: string;
  readonly image: SummaryImage;
  /** A command line that starts the image; empty when there is none. */
  readonly runCommand: string;
  /** Files that belong together, those that are not in the image too. */
  readonly areas: readonly SummaryArea[];
  /** The largest folders, sorted by path. The folder above a listed folder is listed too, up to `/`. */
  readonly folders: readonly SummaryFolder[];
  /** Smaller folders. The sizes of the folders above them contain theirs. */
  readonly foldersNotListed: number;
  /** Largest first. */
  readonly largestFiles: readonly SummaryFile[];
  /** The new layers, in the order of the image. */
  readonly layers: readonly SummaryLayer[];
  /** Files and folders that are not in the image or lack something. */
  readonly leftOut: readonly LeftOut[];
  readonly environment: {
    /** Names of the variables in the image, without those of its base. */
    readonly kept: readonly string[];
    readonly dropped: readonly SummaryVariable[];
  };
  /** Of the secret scan. */
  readonly findings: readonly SummaryFinding[];
  /** Packages that were recognised in the new layers. */
  readonly packages: readonly SummaryPackage[];
  /** Sentences for people. */
  readonly warnings: readonly string[];
}

export interface SummaryImage {
  /** With tag. */
  readonly name: string;
  /** Of the manifest; empty when it was not pushed. */
  readonly digest: string;
  /** Such as `linux/amd64`. */
  readonly platform: string;
  /** The image of the container, by digest. */
  readonly base: string;
  /** Compressed bytes of the layers of the base image. */
  readonly baseSize: number;
  /** Compressed bytes of all layers. */
  readonly size: number;
  /** Whether a request without a login could read it. Absent: not known. */
  readonly isPublic?: boolean;
  /** Absent: that of the base image. */
  readonly user?: string;
  /** Absent: that of the base image. */
  readonly workingFolder?: string;
  /** Absent: that of the base image. */
  readonly entrypoint?: readonly string[];
  /** Absent: those of the base image. */
  readonly arguments?: readonly string[];
  /** Such as `8888/tcp`. */
  readonly ports: readonly string[];
}

export interface SummaryArea {
  readonly name: string;
  /** `changed`: files of the container's own file system that its image does not have. */
  readonly kind: 'library' | 'workspace' | 'packages' | 'changed';
  /** Absolute in the container. */
  readonly path: string;
  /** Where the files were read: `container`, or `claim` with its name. */
  readonly source: string;
  readonly included: boolean;
  /** Why it is included or not. */
  readonly reason: string;
  /** All but folders; each name of a file counts. */
  readonly files: number;
  readonly folders: number;
  /** Unpacked, with holes; a file with several names counts once. */
  readonly bytes: number;
  /** Bytes that the files take in the container. */
  readonly onDisk: number;
  /** Compressed bytes in the image. Absent when a layer has files of other areas too. */
  readonly stored?: number;
}

export interface SummaryFolder {
  readonly path: string;
  /** Name of its area; empty when it is above all areas. */
  readonly area: string;
  /** In the folder and below it. */
  readonly files: number;
  /** In the folder and below it; a file with several names counts in the folder of its first name. */
  readonly bytes: number;
  /** The same, as it is on disk. */
  readonly onDisk: number;
}

export interface SummaryFile {
  readonly path: string;
  readonly bytes: number;
  readonly onDisk: number;
}

export interface SummaryLayer {
  /** Of the compressed layer. */
  readonly digest: string;
  /** Names of the areas that it has files of. */
  readonly areas: readonly string[];
  readonly files: number;
  /** Unpacked. */
  readonly bytes: number;
  /** Compressed. */
  readonly stored: number;
}

export interface LeftOut {
  readonly path: string;
  /** A code, such as `unreadable`, or `never` and `excluded` for what is left out on purpose. */
  readonly reason: string;
  /** A sentence or a phrase for people. */
  readonly detail: string;
}

export interface SummaryVariable {
  readonly name: string;
  readonly reason: 'secret-source' | 'secret-name' | 'secret-value' | 'bound-to-place' | 'runtime-field' | 'own-rule' | 'unknown-value';
  /** Where its value comes from, such as `Secret db, key password`. Never the value. */
  readonly source: string;
  /** Whether the user who starts the image has to give it. */
  readonly supply: boolean;
}

export interface SummaryFinding {
  /** Path of a file, or a part of the image such as `history`. */
  readonly place: string;
  /** Within the place, such as `line 12`; empty for the whole. */
  readonly detail: string;
  /** Id of the rule, such as `aws-access-token`. */
  readonly rule: string;
  readonly weight: 'blocks' | 'known-package-file' | 'base-image' | 'allowed';
  /** Of an allowed finding: the reason that the user gave. */
  readonly reason: string;
}

export interface SummaryPackage {
  /** Such as `pypi`. */
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string;
  /** As the package states it; empty when it does not. */
  readonly licence: string;
  /** The file that describes the package. */
  readonly path: string;
}

/** A line of a log in the format `json` that reports an item or progress. Lines without the member `event` are messages. Later versions may add members, events and reasons: a reader must ignore members that it does not know, take a line with an unknown event for a message, and accept any reason. */
export type LogEvent = ItemEvent | ProgressEvent;

/** The outcome of one item, as the report of the task has it. */
export interface ItemEvent {
  readonly time: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly event: 'item';
  readonly task?: string;
  readonly id: string;
  readonly kind?: 'image' | 'claim' | 'object';
  /** `skipped` was so planned; `failed` makes the run incomplete. */
  readonly outcome: 'done' | 'skipped' | 'failed';
  /** Reason code of the item. */
  readonly reason: string;
}

/** How far a task or one of its items is. */
export interface ProgressEvent {
  readonly time: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly event: 'progress';
  readonly task?: string;
  /** The item; absent: the whole task. */
  readonly id?: string;
  readonly kind?: 'image' | 'claim' | 'object';
  /** Of `total`. A claim has percent; an image has 0 before it is copied and 1 after; a task has its own unit, which the message names. */
  readonly done: number;
  readonly total: number;
  /** Bytes that are copied. */
  readonly bytes?: number;
  /** Absent if unknown. */
  readonly totalBytes?: number;
  /** Bytes a second since the first event of this item. Absent until two events differ. */
  readonly rate?: number;
}

/** answers.yaml: what a user decides about a move, for `crane-tasks plan` and the wizard. It never holds a token. An absent member has the default that the questions show. An unknown member is refused, because a misspelled answer would be ignored without notice. */
export interface MoveAnswers {
  readonly schemaVersion: 1;
  /** Name of the migration, from which the names of its objects are made. */
  readonly name: string;
  /** What is moved: `application` for resources, images and volumes, `images` for the images alone, `volumes` for copies of the volumes while the application runs. */
  readonly action?: 'application' | 'images' | 'volumes';
  readonly source: SourceAnswer;
  readonly destination: DestinationAnswer;
  /** Kinds that are left behind because the account may not list them, as plural or plural.group. */
  readonly allowForbidden?: readonly string[];
  readonly images?: ImageAnswers;
  readonly claims?: ClaimAnswers;
  readonly changes?: ChangeAnswers;
  readonly credentials?: CredentialAnswers;
  /** Checks that found a gap, and why the move is made all the same. */
  readonly acceptedGaps?: readonly AcceptedGap[];
  readonly verify?: VerifyAnswers;
  readonly run?: RunAnswers;
}

export interface SourceAnswer {
  /** Context of the kubeconfig, for `crane-tasks plan`. */
  readonly context?: string;
  /** Address of the API server that the run uses. Absent: that of the context. */
  readonly server?: string;
  readonly namespace: string;
  /** Only objects that match it are moved, in the format of kubectl. Empty: all objects. */
  readonly labelSelector?: string;
  /** Kinds that are exported, as plural, plural.group, *.group or *. Absent: all kinds. */
  readonly includeResources?: readonly string[];
  /** Kinds that are not exported, in the same format. */
  readonly excludeResources?: readonly string[];
}

export interface DestinationAnswer {
  /** Context of the kubeconfig, for `crane-tasks plan`. */
  readonly context?: string;
  /** Address of the API server that the run uses. Absent: that of the context. */
  readonly server?: string;
  readonly namespace: string;
  /** Whether a namespace that does not exist is created. */
  readonly createNamespace?: boolean;
}

export interface ImageAnswers {
  /** Whether images are copied. */
  readonly copy?: boolean;
  /** Images that are not copied, as namespace/name:tag or namespace/name@digest. */
  readonly exclude?: readonly string[];
  /** Whether images that a BuildConfig writes are copied, or built again at the destination. */
  readonly builtImages?: 'copy' | 'rebuild';
  /** What to do if a tag at the destination refers to another image. */
  readonly ifExists?: 'fail' | 'skip' | 'replace';
  /** Whether signatures, attestations and other referrers are copied. */
  readonly referrers?: 'true' | 'best-effort' | 'false';
  /** Platforms of the images that are copied, such as linux/amd64. Absent: all platforms. */
  readonly platforms?: readonly string[];
  /** Whether namespaces that images are pushed into are created at the destination when they are missing. Absent: no. */
  readonly createProjects?: boolean;
  /** Registries without ImageStreams whose images are copied too: host, or host=address to read from. */
  readonly registries?: readonly string[];
  /** Problems that are accepted: reasons such as `import-failed`, or images such as `shop/web:1`. */
  readonly allowProblems?: readonly string[];
  readonly sourceRegistry?: RegistryAnswer;
  readonly destinationRegistry?: RegistryAnswer;
}

/** Addresses of a cluster's registry. An absent one is asked from the cluster. */
export interface RegistryAnswer {
  readonly internal?: string;
  readonly public?: string;
}

export interface ClaimAnswers {
  /** One entry for each PersistentVolumeClaim that is not moved with the defaults. */
  readonly settings?: readonly ClaimAnswer[];
  readonly endpointType?: 'route' | 'nginx-ingress' | 'load-balancer' | 'node-port';
  /** Host name or address of a node, for `node-port`. */
  readonly endpointAddress?: string;
  readonly subdomain?: string;
  /** User ID of the helper pods. Absent: that of the pods that use the claim. */
  readonly runAsUser?: number;
  /** Image of the helper pods that copy the volumes. */
  readonly transferImage?: string;
}

export interface ClaimAnswer {
  /** Name of the claim at the source. */
  readonly name: string;
  readonly move?: boolean;
  /** Name at the destination. */
  readonly newName?: string;
  readonly storageClass?: string;
  /** A quantity such as 10Gi. */
  readonly size?: string;
  readonly accessModes?: readonly string[];
}

/** What is changed in the resources besides what the destination needs anyway. */
export interface ChangeAnswers {
  /** Other namespaces of the source and their names at the destination. References to them are changed. The namespace of the application is always mapped. */
  readonly namespaces?: readonly NamespaceChange[];
  /** Conversion of the kinds of OpenShift to those of Kubernetes: Routes become an Ingress or an HTTPRoute. `none`: no conversion. */
  readonly modernize?: 'none' | 'ingress' | 'gateway';
  /** Class of the Ingresses that Routes become. Empty: the default class. */
  readonly ingressClass?: string;
  /** Gateway of the HTTPRoutes that Routes become, as namespace/name. */
  readonly gateway?: string;
  /** Domain for hosts that the router of the source generated. Empty: no host. */
  readonly routeDomain?: string;
  /** Plugins of crane-transform that are left out, by name. */
  readonly skipPlugins?: readonly string[];
  /** Patches for crane-transform as the YAML text of a file: entries with target and patch. */
  readonly patches?: string;
}

export interface NamespaceChange {
  readonly from: string;
  readonly to: string;
}

export interface CredentialAnswers {
  readonly source?: CredentialAnswer;
  readonly destination?: CredentialAnswer;
}

/** How the run logs in to a cluster: `account` makes a ServiceAccount with the needed rights and a token that expires, `secret` uses an existing Secret, `token` takes a token that is given when the run is created. */
export interface CredentialAnswer {
  readonly kind: 'account' | 'secret' | 'token';
  /** Name of the Secret, for `secret`. */
  readonly secret?: string;
  /** How long the token of an account is valid. */
  readonly hours?: number;
}

export interface AcceptedGap {
  /** Id of the check in the report of crane-validate. */
  readonly check: string;
  readonly reason: string;
}

export interface VerifyAnswers {
  /** Seconds that workloads may take to become ready. */
  readonly readyTimeout?: number;
  readonly allowUnready?: readonly string[];
}

export interface RunAnswers {
  /** ServiceAccount of the pods of the run. */
  readonly serviceAccount?: string;
  /** Size of the volume that the tasks share. */
  readonly volumeSize?: string;
  readonly storageClass?: string;
  /** Group that the tasks share the volume with. 0: the platform assigns one, as OpenShift does. */
  readonly fsGroup?: number;
  /** ConfigMap with `ca.crt`, for registries. */
  readonly caConfigMap?: string;
  readonly timeoutMinutes?: number;
}

/** What a user of the wizard decides about a run that makes an image of an application, exports its release, publishes an export, or deletes an image. It never holds a token. */
export interface ApplicationAnswers {
  /** What the run does. */
  readonly action: 'portable-image' | 'app-export' | 'app-publish' | 'export-delete';
  /** Namespace of the application. */
  readonly namespace: string;
  /** Workload that becomes an image, as kind/name. */
  readonly workload?: string;
  /** Container that becomes an image. Empty: the only one that is not an add-on. */
  readonly container?: string;
  /** Registry of the image, host or host:port. */
  readonly registry?: string;
  /** Repository of the image below the registry; below a named registry, the path of the application. */
  readonly path?: string;
  /** Last part of the tag of the image. Empty: the name of the workload. */
  readonly exportName?: string;
  /** Whether the workspace files become part of the image. */
  readonly includeWorkspace?: boolean;
  /** Paths below the home folder that become part of the image. */
  readonly includePaths?: readonly string[];
  /** Paths that do not become part of the image. */
  readonly excludePaths?: readonly string[];
  /** Whether anyone in the world may get the image. */
  readonly confirmPublic?: boolean;
  /** Helm release that is exported or published. */
  readonly release?: string;
  /** PersistentVolumeClaim in the namespace of the runs that has the exports. */
  readonly claim?: string;
  /** Folder of that claim. Empty: the claim itself. */
  readonly folder?: string;
  /** Name of the Secret that describes the registry to publish to. */
  readonly publishTo?: string;
  /** Name of the Secret with the authorities of that registry. Empty: it names none. */
  readonly certificates?: string;
  /** Namespace of these Secrets. Empty: epinio. */
  readonly systemNamespace?: string;
  /** Version of the published chart. Empty: its own. */
  readonly chartVersion?: string;
  /** Id of the export whose image is deleted. */
  readonly export?: string;
  /** Whether other tags of the same image may be deleted too. */
  readonly deleteSharedTags?: boolean;
  /** Secret in the namespace of the runs with the logins for registries. Empty: none. */
  readonly registrySecret?: string;
  readonly login?: {
    readonly kind: 'account' | 'secret';
    readonly secret?: string;
    /** How long the token of an account is valid. */
    readonly hours?: number;
  };
  readonly run?: {
    readonly serviceAccount?: string;
    readonly volumeSize?: string;
    readonly storageClass?: string;
    readonly fsGroup?: number;
    readonly caConfigMap?: string;
    readonly timeoutMinutes?: number;
  };
}

/** One line of the program in the helper pod, in the log of the pod. */
export type MoverEvent = MoverProgress | MoverNote | MoverProblem | MoverEndEvent;

export interface MoverProgress {
  readonly event: 'progress';
  readonly bytes: number;
  readonly percent: number;
  /** As rsync writes it, for example `123.46MB/s`. */
  readonly rate: string;
}

export interface MoverNote {
  readonly event: 'note';
  readonly message: string;
}

export interface MoverProblem {
  readonly event: 'problem';
  readonly path: string;
  readonly message: string;
}

/** How a mover ended. */
export interface MoverEndEvent {
  readonly event: 'end';
  readonly verdict: MoverVerdict;
  /** Cause for a reader; empty when equal. */
  readonly message: string;
  readonly totals: CopyTotals;
  /** Of all files and their content; empty unless all were read. */
  readonly digest: string;
  /** How many files are not as they must be; more than are named when there are very many. */
  readonly problems: number;
  /** Of these: files that only changed while the source was in use. */
  readonly changed: number;
  readonly retries: number;
}

/** `equal`: the proof found no difference. `different`: it did, or files could not be read. `gave-up`: the other side was unreachable, or refused the connection. `no-space`: the missing files would not fit, so nothing was copied. `disk-full`, `refused`: another attempt has no use. */
export type MoverVerdict = 'equal' | 'different' | 'gave-up' | 'no-space' | 'disk-full' | 'refused';

/** What a finished copy did. */
export interface CopyTotals {
  readonly files: number;
  readonly bytes: number;
  readonly copiedFiles: number;
  readonly copiedBytes: number;
  readonly deletedFiles: number;
}

/** index.json of an export or of rendered manifests. A file that it does not list is not part of the folder. */
export interface ExportIndex {
  readonly schemaVersion: 1;
  readonly cluster: ExportedCluster;
  readonly namespace: string;
  /** Kinds that the user left out, as plural.group, or plural in the core group; absent when there are none. */
  readonly leftOutKinds?: readonly string[];
  /** Sorted by path. */
  readonly files: readonly ExportedFile[];
}

export interface ExportedCluster {
  readonly context: string;
  /** UID of namespace kube-system, which identifies the cluster; empty when the account may not read it. */
  readonly uid: string;
}

export interface ExportedFile {
  /** Relative to the export folder; the first member, by which lines sort. */
  readonly path: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** Empty for a cluster-scoped object. */
  readonly namespace: string;
  readonly name: string;
  /** Version of the object at the export; empty when the API server gave none. */
  readonly resourceVersion: string;
  /** `sha256:<hex>` of the file's bytes. */
  readonly digest: string;
}

/** index.json of a transform folder, which proves that its files are all there. */
export interface TransformIndex {
  readonly schemaVersion: 1;
  readonly files: readonly TransformFile[];
}

/** A patch file or a whiteout marker. */
export interface TransformFile {
  /** Relative to the transform folder; the first member, by which lines sort. */
  readonly path: string;
  /** `sha256:<hex>` of the file's bytes. */
  readonly digest: string;
}

/** quiesce/<namespace>.<Kind>.json: the scale of the workloads of one kind before they were scaled down. */
export interface ScaleRecord {
  readonly schemaVersion: 1;
  readonly objects: readonly ScaleEntry[];
}

/** The previous scale of one object, by its UID. */
export interface ScaleEntry {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly former: PreviousScale;
}

/** Replicas, or that the object was not suspended. */
export type PreviousScale = {
  readonly replicas: number;
} | {
  readonly suspended: false;
};
