/**
 * Registry on an MLflow server, 3.15 or newer, over REST: one experiment per model and one run per
 * training, whose artifact is a logged model that the registered model's version points to.
 */
import {
  asTags,
  type Experiment,
  type LoggedModel,
  type ModelVersion,
  orNull,
  type RegisteredModel,
  type Run,
  type Tagged,
  tagsOf,
} from "./mlflow_entities.ts";
import { mlflowFiles } from "./mlflow_files.ts";
import { mlflowLeftovers } from "./mlflow_leftovers.ts";
import { type MlflowOptions, mlflowRest } from "./mlflow_rest.ts";
import { exportVersion } from "./mlflow_export.ts";
import { withIds, withoutIds } from "./mlmodel_ids.ts";
import { candidateRuns, fillRun, NOTE } from "./mlflow_run.ts";
import {
  checkTraining,
  fileBytes,
  NumberTakenError,
  type Registry,
  RegistryConflictError,
  RegistryMissingError,
  type Version,
} from "./registry.ts";

const TRAINING = "airec.training_id";

/** Tags of an experiment: without them MLflow shows the page for language models. */
const KIND = {
  "mlflow.experimentKind": "custom_model_development",
  "mlflow.experiment.primaryMetric.name": "ndcg_10",
};
const INSTALLATION = "airec.installation";

/**
 * Opens an MLflow server as a registry.
 * @param options.installation this installation's id; models of another installation are refused.
 */
export function mlflowRegistry(
  { installation, ...options }: MlflowOptions & { installation: string },
): Registry {
  const rest = mlflowRest(options);

  /** Returns the registered model, or null if there is none. */
  async function registered(name: string): Promise<RegisteredModel | null> {
    const found = await orNull(
      rest.call<{ registered_model: RegisteredModel }>("GET", "mlflow/registered-models/get", {
        name,
      }),
    );
    if (found) mustBeOurs(name, found.registered_model);
    return found && found.registered_model;
  }

  function mustBeOurs(name: string, thing: Tagged): void {
    const owner = tagsOf(thing)[INSTALLATION];
    if (owner !== installation) throw new RegistryConflictError(name, owner);
  }

  /** Returns a model's experiment, even if it was deleted by hand. */
  async function experimentOf(name: string): Promise<Experiment | null> {
    const found = await orNull(
      rest.call<{ experiment: Experiment }>("GET", "mlflow/experiments/get-by-name", {
        experiment_name: name,
      }),
    );
    if (found) mustBeOurs(name, found.experiment);
    return found && found.experiment;
  }

  /** Same, restored if deleted: a deleted experiment accepts no run and keeps its name. */
  async function activeExperimentOf(name: string): Promise<Experiment | null> {
    const experiment = await experimentOf(name);
    if (experiment?.lifecycle_stage === "deleted") {
      const { experiment_id } = experiment;
      await rest.call("POST", "mlflow/experiments/restore", { experiment_id });
    }
    return experiment;
  }

  /** Returns the experiment's id; creates it if missing and updates its description. */
  async function experimentFor(name: string, about: string): Promise<string> {
    const experiment = await activeExperimentOf(name);
    if (!experiment) {
      const tags = asTags({ [INSTALLATION]: installation, [NOTE]: about, ...KIND });
      return (await rest.call<Experiment>("POST", "mlflow/experiments/create", { name, tags }))
        .experiment_id;
    }
    const { experiment_id } = experiment;
    if (tagsOf(experiment)[NOTE] !== about) {
      await rest.call("POST", "mlflow/experiments/set-experiment-tag", {
        ...{ experiment_id, key: NOTE, value: about },
      });
    }
    return experiment_id;
  }

  async function versionsWhere(filter: string): Promise<ModelVersion[]> {
    return await rest.search("GET", "mlflow/model-versions/search", "model_versions", { filter });
  }

  const loggedModels = (experiment: string, filter?: string) =>
    rest.search<LoggedModel>("POST", "mlflow/logged-models/search", "models", {
      experiment_ids: [experiment],
      ...(filter && { filter }),
    });

  /** Adds the metrics, stored on MLflow's logged models, and omits versions created by hand. */
  async function listed(name: string, versions: ModelVersion[]): Promise<Version[]> {
    const experiment = versions.length > 0 ? await experimentOf(name) : null;
    const models = experiment ? await loggedModels(experiment.experiment_id) : [];
    const metrics = new Map(models.map(({ info, data }) => [
      `models:/${info.model_id}`,
      Object.fromEntries((data?.metrics ?? []).map(({ key, value }) => [key, value])),
    ]));
    const ours = versions.filter((version) => tagsOf(version)[INSTALLATION] === installation);
    return ours.map((version) => {
      const { [TRAINING]: trainingId, [INSTALLATION]: _, ...tags } = tagsOf(version);
      return {
        version: version.version,
        trainingId,
        createdAt: new Date(version.creation_timestamp),
        metrics: metrics.get(version.source) ?? {},
        tags,
      };
    });
  }

  const publish: Registry["publish"] = async (training, as) => {
    checkTraining(training);
    const { model: name, trainingId, description, about = description } = training;
    const known = await registered(name);
    const ofTraining = `tags.\`${TRAINING}\` = '${trainingId}'`;
    const tags = asTags({
      ...training.tags,
      [TRAINING]: trainingId,
      [INSTALLATION]: installation,
    });

    const experiment = await experimentFor(name, about);
    const [earlierRun] = await rest.search<Run>("POST", "mlflow/runs/search", "runs", {
      experiment_ids: [experiment],
      filter: ofTraining,
    });
    const run = earlierRun ??
      (await rest.call<{ run: Run }>("POST", "mlflow/runs/create", {
        experiment_id: experiment,
        run_name: description || trainingId,
        start_time: training.startedAt.getTime(),
        tags,
      })).run;
    const { run_id } = run.info;
    const finish = () =>
      run.info.status === "FINISHED" ? null : rest.call("POST", "mlflow/runs/update", {
        run_id,
        status: "FINISHED",
        end_time: Date.now(),
      });

    const published = await versionsWhere(`name = '${name}' and ${ofTraining}`);
    if (published.length > 0) {
      await finish();
      return (await listed(name, published))[0];
    }

    const [earlierModel] = await loggedModels(experiment, ofTraining);
    const model = earlierModel ??
      (await rest.call<{ model: LoggedModel }>("POST", "mlflow/logged-models", {
        experiment_id: experiment,
        name,
        model_type: "airec",
        source_run_id: run_id,
        tags,
      })).model;
    const { model_id, artifact_uri } = model.info;
    await fillRun(rest, { run, experiment, model_id, training });

    for (const [path, file] of Object.entries(training.files)) {
      const bytes = await fileBytes(file);
      const content = path === "MLmodel" ? withIds(bytes, { model_id, run_id }) : bytes;
      await rest.putArtifact(`${artifact_uri}/${path}`, content);
    }
    await rest.call("PATCH", `mlflow/logged-models/${model_id}`, {
      model_id,
      status: "LOGGED_MODEL_READY",
    });

    if (!known) {
      await rest.call("POST", "mlflow/registered-models/create", {
        name,
        description: about,
        tags: asTags({ [INSTALLATION]: installation }),
      });
    } else if (known.description !== about) {
      const update = { name, description: about };
      await rest.call("PATCH", "mlflow/registered-models/update", update);
    }
    const input = { name, source: `models:/${model_id}`, model_id, run_id, description, tags };
    const model_version = await newVersion(input, as?.version);
    await finish();
    return (await listed(name, [model_version]))[0];
  };

  /**
   * Creates a version. The server assigns numbers, so versions below `number` are created and
   * deleted.
   */
  async function newVersion(input: { name: string }, number?: string): Promise<ModelVersion> {
    for (;;) {
      const { model_version } = await rest.call<{ model_version: ModelVersion }>(
        "POST",
        "mlflow/model-versions/create",
        input,
      );
      const { name, version } = model_version;
      if (number === undefined || version === number) return model_version;
      await rest.call("DELETE", "mlflow/model-versions/delete", { name, version });
      if (Number(version) > Number(number)) throw new NumberTakenError(name, number);
    }
  }

  /** Returns the version, or null if it does not exist. */
  async function versionOf(name: string, version: string): Promise<ModelVersion | null> {
    const found = await orNull(
      rest.call<{ model_version: ModelVersion }>("GET", "mlflow/model-versions/get", {
        name,
        version,
      }),
    );
    if (found) mustBeOurs(name, found.model_version);
    return found && found.model_version;
  }

  /** Returns the artifact URI of a version. */
  async function artifactOf(name: string, version: string): Promise<string> {
    const found = await orNull(
      rest.call<{ artifact_uri: string }>("GET", "mlflow/model-versions/get-download-uri", {
        name,
        version,
      }),
    );
    if (!found) throw new RegistryMissingError(name, version);
    return found.artifact_uri;
  }

  async function ownArtifactOf(name: string, version: string): Promise<string> {
    const found = await versionOf(name, version);
    if (!found) throw new RegistryMissingError(name, version);
    return await artifactOf(name, version);
  }

  async function removeLoggedModel({ info }: LoggedModel): Promise<void> {
    await rest.removeArtifacts(info.artifact_uri);
    await rest.call("DELETE", `mlflow/logged-models/${info.model_id}`);
  }

  async function removeRuns(runs: Run[]): Promise<void> {
    for (const { info } of runs) {
      await rest.removeArtifacts(info.artifact_uri);
      await rest.call("POST", "mlflow/runs/delete", { run_id: info.run_id });
    }
  }

  /** Registered model first: an interrupted removal leaves nothing that could be served. */
  async function remove(name: string): Promise<void> {
    if (await registered(name)) {
      await rest.call("DELETE", "mlflow/registered-models/delete", { name });
    }
    const experiment = await activeExperimentOf(name);
    if (!experiment) return;
    const { experiment_id } = experiment;
    for (const model of await loggedModels(experiment_id)) await removeLoggedModel(model);
    const runs = await rest.search<Run>("POST", "mlflow/runs/search", "runs", {
      experiment_ids: [experiment_id],
    });
    await removeRuns(runs);
    // A deleted experiment keeps its name, so it is renamed first.
    const new_name = `${name} (removed ${experiment_id})`;
    await rest.call("POST", "mlflow/experiments/update", { experiment_id, new_name });
    await rest.call("POST", "mlflow/experiments/delete", { experiment_id });
  }

  const alias: Registry["alias"] = async (name, alias) => {
    const found = await orNull(
      rest.call<{ model_version: ModelVersion }>("GET", "mlflow/registered-models/alias", {
        name,
        alias,
      }),
    );
    if (!found) return null;
    mustBeOurs(name, found.model_version);
    return found.model_version.version;
  };

  const setAlias: Registry["setAlias"] = async (name, alias, version) => {
    const known = await registered(name) && await orNull(
      rest.call("POST", "mlflow/registered-models/alias", { name, alias, version }),
    );
    if (!known) throw new RegistryMissingError(name, version);
  };

  return {
    description: `MLflow at ${rest.url}`,

    publish,

    async models() {
      const filter = `tags.\`${INSTALLATION}\` = '${installation}'`;
      const found = await rest.search<{ name: string }>(
        "GET",
        "mlflow/registered-models/search",
        "registered_models",
        { filter },
      );
      return found.map(({ name }) => name).sort();
    },

    async exported(name, version) {
      const found = await versionOf(name, version);
      if (!found) throw new RegistryMissingError(name, version);
      const about = (await registered(name))?.description;
      const { [TRAINING]: trainingId, [INSTALLATION]: _, ...tags } = tagsOf(found);
      const exported = await exportVersion(rest, found, { about, trainingId, tags });
      const { MLmodel } = exported.files;
      if (MLmodel) exported.files.MLmodel = async () => withoutIds(await MLmodel());
      return exported;
    },

    async versions(name) {
      if (!await registered(name)) return [];
      const versions = await versionsWhere(`name = '${name}'`);
      return await listed(
        name,
        versions.sort((a, b) => Number(b.version) - Number(a.version)),
      );
    },

    alias,

    setAlias,

    async moveAlias(name, of, { from, to }) {
      if (await alias(name, of) !== from) return false;
      await setAlias(name, of, to);
      return true;
    },

    async removeAlias(name, alias) {
      if (!await registered(name)) return;
      await orNull(rest.call("DELETE", "mlflow/registered-models/alias", { name, alias }));
    },

    ...mlflowFiles(rest, { of: artifactOf, ours: ownArtifactOf }),

    /**
     * Version last: a version whose removal was interrupted is still listed and can be removed
     * again.
     */
    async removeVersion(name, version) {
      const model_version = await versionOf(name, version);
      if (!model_version) return;
      const model_id = model_version.source.replace(/^models:\//, "");
      const logged = await orNull(
        rest.call<{ model: LoggedModel }>("GET", `mlflow/logged-models/${model_id}`),
      );
      if (logged) await removeLoggedModel(logged.model);
      const { run_id } = model_version;
      const found_run = run_id &&
        await orNull(rest.call<{ run: Run }>("GET", "mlflow/runs/get", { run_id }));
      if (found_run) {
        const { run } = found_run;
        await removeRuns([...await candidateRuns(rest, run), run]);
      }
      await rest.call("DELETE", "mlflow/model-versions/delete", { name, version });
    },

    remove,

    leftovers: (options) =>
      mlflowLeftovers({
        ...{ rest, removeRuns, removeLoggedModel, remove, trainingTag: TRAINING },
        installation: { tag: INSTALLATION, id: installation },
      }, options),
  };
}
