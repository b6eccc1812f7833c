using Guardrail.Simulation.ApiServer;

namespace Guardrail.Simulation.Controllers.Loop;

/// <summary>One controller of the simulated cluster. All controllers run on one loop, one call at a time.</summary>
internal interface IController
{
    /// <summary>Notes what a change asks to be looked at. The index already shows the change.</summary>
    void Observe(StoreEvent change, ControllerLoop loop);

    /// <summary>Brings one object to where its spec wants it. Called again later when it throws an <see cref="ApiException"/>.</summary>
    void Sync(ObjectKey key, ControllerLoop loop);
}
