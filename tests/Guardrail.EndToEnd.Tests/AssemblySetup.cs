// Most of a test's time is waiting for ticks; each has its own cluster, ports and folder.
[assembly: Parallelizable(ParallelScope.All)]
[assembly: FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[assembly: LevelOfParallelism(10)]
