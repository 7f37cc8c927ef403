/** Selects the registry of an installation: MLflow if its address is set, otherwise the folder. */
import type { Blobs } from "../blobs/blobs.ts";
import { folderRegistry } from "./folder.ts";
import { mlflowRegistry } from "./mlflow.ts";
import { mlflowAuthorization } from "./mlflow_rest.ts";
import type { Registry } from "./registry.ts";

/** Environment variables defined by MLflow. */
export interface MlflowVariables {
  MLFLOW_TRACKING_URI?: string;
  MLFLOW_TRACKING_USERNAME?: string;
  MLFLOW_TRACKING_PASSWORD?: string;
  MLFLOW_TRACKING_TOKEN?: string;
}

/**
 * Opens the registry that all services of an installation share.
 * @param options.blobs the store of the folder registry.
 * @param options.installation this installation's id; models of another installation are refused.
 * @param options.mlflow the environment, or the configuration read from it.
 */
export function openRegistry(
  { blobs, installation, mlflow }: {
    blobs: Blobs;
    installation: string;
    mlflow: MlflowVariables;
  },
): Registry {
  const trackingUri = mlflow.MLFLOW_TRACKING_URI;
  if (!trackingUri) return folderRegistry(blobs, { installation });
  return mlflowRegistry({ trackingUri, installation, authorization: mlflowAuthorization(mlflow) });
}
