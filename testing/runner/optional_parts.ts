/**
 * Optional dependencies of the tests. A test that needs a missing one is skipped visibly; with
 * `AIREC_CI=1` none may be missing.
 *
 *     Deno.test({ name: "…", ignore: ignoreWithout("mlflow"), fn: … });
 *     if (!ignoreWithout("data")) Deno.test("…", …); // real data: not registered at all
 */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { namedPath, onPath } from "../../ops/processes/executable.ts";

/**
 * `mlflow auth` is an MLflow with authentication; `python` a Python with MLflow, `python3` any
 * Python; `data` the folder of the real data sets; `small disk` the permission to mount a tmpfs
 * that a test may fill.
 */
export type Part =
  | "chromium"
  | "mlflow"
  | "mlflow auth"
  | "npm"
  | "openapi-python-client"
  | "openapi-typescript"
  | "php"
  | "pyproject-build"
  | "python"
  | "python3"
  | "redocly"
  | "ruby"
  | "schemathesis"
  | "data"
  | "small disk";

const PARTS: Record<Part, { find: () => string | null; get: string }> = {
  chromium: {
    find: () =>
      namedPath("AIREC_CHROMIUM") ??
        onPath("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    get: "install Chromium, or name its executable in AIREC_CHROMIUM",
  },
  mlflow: {
    find: () => namedPath("AIREC_MLFLOW") ?? onPath("mlflow"),
    get: "pip install mlflow==3.17.2, or name an mlflow executable in AIREC_MLFLOW",
  },
  "mlflow auth": {
    find: () => pythonWith("mlflow", "flask_wtf"),
    get: "pip install 'mlflow[auth]==3.17.2' into the environment that has MLflow",
  },
  npm: {
    find: () => onPath("npm"),
    get: "install Node.js with npm",
  },
  "pyproject-build": {
    find: () => namedPath("AIREC_PYPROJECT_BUILD") ?? onPath("pyproject-build"),
    get: "pip install build==1.6.1, or name its pyproject-build in AIREC_PYPROJECT_BUILD",
  },
  "openapi-python-client": {
    find: () => namedPath("AIREC_OPENAPI_PYTHON_CLIENT") ?? onPath("openapi-python-client"),
    get: "pip install openapi-python-client==0.29.1, or name its executable in " +
      "AIREC_OPENAPI_PYTHON_CLIENT",
  },
  "openapi-typescript": {
    find: () => namedPath("AIREC_OPENAPI_TYPESCRIPT") ?? onPath("openapi-typescript"),
    get: "npm install openapi-typescript@7.13.0, or name its executable in " +
      "AIREC_OPENAPI_TYPESCRIPT",
  },
  redocly: {
    find: () => namedPath("AIREC_REDOCLY") ?? onPath("redocly"),
    get: "npm install @redocly/cli@2.77.0, or name its executable in AIREC_REDOCLY",
  },
  php: {
    find: () => onPath("php"),
    get: "install PHP (php-cli)",
  },
  python3: {
    find: () => onPath("python3", "python"),
    get: "install Python 3",
  },
  ruby: {
    find: () => onPath("ruby"),
    get: "install Ruby",
  },
  python: {
    find: () => pythonWith("mlflow"),
    get: "install MLflow into a Python (pip install mlflow==3.17.2) whose bin folder holds both",
  },
  schemathesis: {
    find: () => namedPath("AIREC_SCHEMATHESIS") ?? onPath("schemathesis"),
    get: "pip install schemathesis==4.32.5, or name its executable in AIREC_SCHEMATHESIS",
  },
  data: {
    find: () => namedPath("AIREC_TEST_DATA"),
    get: "name the folder of the real data sets in AIREC_TEST_DATA",
  },
  "small disk": {
    find: () => mountedOnce(),
    get: "run as root on Linux, where a tmpfs may be mounted",
  },
};

const found = new Map<Part, string | null>();

/**
 * Returns the path of a dependency, or null if it is missing.
 * @throws {Error} if its environment variable names a missing path
 */
export function part(name: Part): string | null {
  if (!found.has(name)) found.set(name, PARTS[name].find());
  return found.get(name)!;
}

/**
 * Whether tests that need the dependency are skipped; prints the reason once a dependency and test
 * file.
 * @throws {Error} in CI, if it is missing
 */
export function ignoreWithout(name: Part): boolean {
  if (part(name) !== null) return false;
  const reason = `${name} is missing: ${PARTS[name].get}`;
  if (Deno.env.get("AIREC_CI") === "1") {
    throw new Error(`In CI no test may be skipped: ${reason}.`);
  }
  if (!reported.has(name)) console.log(`Tests skipped: ${reason}.`);
  reported.add(name);
  return true;
}

const reported = new Set<Part>();

/**
 * Returns a Python that has the packages, or null. First tries the interpreters next to the
 * `mlflow` executable: a Python environment keeps both in one folder.
 */
function pythonWith(...packages: string[]): string | null {
  const mlflow = part("mlflow");
  const beside = mlflow === null ? [] : ["python3", "python", "python.exe"]
    .map((name) => join(dirname(mlflow), name)).filter((path) => existsSync(path));
  const script =
    "import importlib.util as u, sys; sys.exit(None in map(u.find_spec, sys.argv[1:]))";
  for (const python of [...beside, onPath("python3", "python")]) {
    if (python === null) continue;
    const { success } = new Deno.Command(python, {
      args: ["-c", script, ...packages],
      stdout: "null",
      stderr: "null",
    }).outputSync();
    if (success) return python;
  }
  return null;
}

/** Returns a folder if a tmpfs could be mounted there, else null; unmounts it again. */
function mountedOnce(): string | null {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return null;
  const path = Deno.makeTempDirSync({ prefix: "airec-disk-" });
  const run = (command: string, ...args: string[]) =>
    new Deno.Command(command, { args, stdout: "null", stderr: "null" }).outputSync().success;
  const isMounted = run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", path);
  if (isMounted) run("umount", path);
  Deno.removeSync(path);
  return isMounted ? path : null;
}
