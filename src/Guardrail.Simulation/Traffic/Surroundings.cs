namespace Guardrail.Simulation.Traffic;

/// <summary>What other services do to a service in a step. The default: nothing.</summary>
/// <param name="RequestsPerSecond">Requests that its callers send, on top of those from outside.</param>
/// <param name="FailingCalls">Share of its requests that fail because something it calls does.</param>
/// <param name="LostOrders">Share of its orders that are lost for want of prices of something it calls.</param>
/// <param name="Damage">Share of its requests that fail because another service's revision damages it.</param>
internal readonly record struct Surroundings(double RequestsPerSecond, double FailingCalls, double LostOrders, double Damage);
