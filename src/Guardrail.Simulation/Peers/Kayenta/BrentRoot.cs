namespace Guardrail.Simulation.Peers.Kayenta;

/// <summary>
/// Brent's root finder as Kayenta configures it: tolerance 1e-4, at most 1,000 iterations. The function here is a step function
/// without a true root, so the solver decides which point of the step is reported, and must therefore be this one (the classic
/// zeroin of Brent 1973 as R's uniroot has it).
/// </summary>
public static class BrentRoot
{
    private const int MostIterations = 1000;
    private const double Tolerance = 1e-4;
    private const double MachineEpsilon = 2.220446049250313e-16;

    /// <summary>A point where the function changes its sign.</summary>
    /// <param name="function">The function.</param>
    /// <param name="low">One end of the interval.</param>
    /// <param name="high">The other end.</param>
    /// <param name="atLow">The function at <paramref name="low"/>.</param>
    /// <param name="atHigh">The function at <paramref name="high"/>.</param>
    public static double Find(Func<double, double> function, double low, double high, double atLow, double atHigh)
    {
        if (IsZero(atLow))
        {
            return low;
        }

        if (IsZero(atHigh))
        {
            return high;
        }

        // Best: the best root so far; Previous: the one before; Contra: on the other side of the root.
        var previous = new Point(low, atLow);
        var best = new Point(high, atHigh);
        var contra = previous;
        for (var i = 0; i <= MostIterations; i++)
        {
            var lastStep = best.X - previous.X;
            if (Math.Abs(contra.Y) < Math.Abs(best.Y))
            {
                (previous, best, contra) = (best, contra, best);
            }

            var tolerance = (2 * MachineEpsilon * Math.Abs(best.X)) + (Tolerance / 2);
            var half = (contra.X - best.X) / 2;
            if (Math.Abs(half) <= tolerance || IsZero(best.Y))
            {
                return best.X;
            }

            var step = Interpolate(previous, best, contra, lastStep, tolerance) ?? half;
            step = Math.Abs(step) < tolerance ? Math.CopySign(tolerance, step) : step;
            previous = best;
            best = new(best.X + step, function(best.X + step));
            if ((best.Y > 0 && contra.Y > 0) || (best.Y < 0 && contra.Y < 0))
            {
                contra = previous;
            }
        }

        return best.X;
    }

    private static double? Interpolate(Point previous, Point best, Point contra, double lastStep, double tolerance)
    {
        if (Math.Abs(lastStep) < tolerance || Math.Abs(previous.Y) <= Math.Abs(best.Y))
        {
            return null;
        }

        var width = contra.X - best.X;
        double p;
        double q;
        if (previous.X == contra.X)
        {
            var s = best.Y / previous.Y;
            (p, q) = (width * s, 1 - s);
        }
        else
        {
            var (r, s, t) = (previous.Y / contra.Y, best.Y / contra.Y, best.Y / previous.Y);
            p = t * ((width * r * (r - s)) - ((best.X - previous.X) * (s - 1)));
            q = (r - 1) * (s - 1) * (t - 1);
        }

        (p, q) = p > 0 ? (p, -q) : (-p, q);
        var inside = p < (0.75 * width * q) - (Math.Abs(tolerance * q) / 2) && p < Math.Abs(lastStep * q / 2);
        return inside ? p / q : null;
    }

    private static bool IsZero(double value) => Math.Abs(value) <= double.Epsilon;

    private readonly record struct Point(double X, double Y);
}
