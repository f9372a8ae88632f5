/**
 * How a worker of `backproof grade` is started: 1024 megabytes of heap are what a submission may use before a person must look.
 * V8 takes no code that was compiled under other flags, so the build compiles a worker's parts under these.
 */
export const workerFlags: readonly string[] = ["--max-old-space-size=1024"];
