import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export const PREDICTOR_HANDLER = 'dropscore_predictor.handler.handler';

/** How an image's libraries are installed; the lock is complete and holds hashes. A test installs by the same options. */
export const INSTALL_OPTIONS: readonly string[] = [
  '--no-compile',
  '--no-deps',
  '--require-hashes',
  '--only-binary=:all:',
];

const COMPILE = 'python -m compileall -q -j 0 --invalidation-mode unchecked-hash';

export interface ImageOrder {
  /** A lock file with hashes. */
  lock: string;
  pythonVersion: string;
  /** The folder of the predictor's sources. */
  predictor: string;
}

/** A Dockerfile with what it builds from: Lambda's base image, the libraries of a lock, the predictor's sources. */
export function writeImageContext(directory: string, { lock, pythonVersion, predictor }: ImageOrder): void {
  mkdirSync(directory, { recursive: true });
  cpSync(lock, path.join(directory, 'requirements.txt'));
  cpSync(predictor, path.join(directory, 'src'), { recursive: true, filter: isSource });
  writeFileSync(path.join(directory, 'Dockerfile'), dockerfile(pythonVersion));
}

/** No byte code that another Python may have left beside the sources. */
export const isSource = (file: string): boolean => !/__pycache__$|\.pyc$/.test(file);

const dockerfile = (pythonVersion: string): string => `FROM public.ecr.aws/lambda/python:${pythonVersion}
COPY requirements.txt ./
RUN python -m pip install --no-cache-dir ${INSTALL_OPTIONS.join(' ')} \\
      --target "$LAMBDA_TASK_ROOT" --requirement requirements.txt \\
 && ${COMPILE} "$LAMBDA_TASK_ROOT"
COPY src/ ./
RUN ${COMPILE} dropscore_predictor
CMD ["${PREDICTOR_HANDLER}"]
`;
