// Each test runs Helm or promtool once or twice, and shares nothing with others.
[assembly: Parallelizable(ParallelScope.All)]
[assembly: FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
