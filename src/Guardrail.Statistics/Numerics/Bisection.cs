namespace Guardrail.Statistics;

/// <summary>Where a function changes sign.</summary>
internal static class Bisection
{
    private const int Halvings = 200;

    /// <summary>
    /// The point between <paramref name="below"/>, where <paramref name="isAbove"/> is false, and <paramref name="above"/>, where it is
    /// true, at which it changes, to the last bit. The ends may be in either order.
    /// </summary>
    public static double Boundary(double below, double above, Func<double, bool> isAbove)
    {
        for (var i = 0; i < Halvings; i++)
        {
            var middle = below + ((above - below) / 2);
            if (middle.Equals(below) || middle.Equals(above))
            {
                break;
            }

            if (isAbove(middle))
            {
                above = middle;
            }
            else
            {
                below = middle;
            }
        }

        return above;
    }

    /// <summary>Where a convex function on [<paramref name="low"/>, <paramref name="high"/>] is least, by golden section.</summary>
    public static double Minimum(double low, double high, Func<double, double> function)
    {
        var golden = (Math.Sqrt(5) - 1) / 2;
        var (left, right) = (high - (golden * (high - low)), low + (golden * (high - low)));
        var (atLeft, atRight) = (function(left), function(right));
        for (var i = 0; i < Halvings && high - low > 1e-12; i++)
        {
            if (atLeft <= atRight)
            {
                (high, right, atRight) = (right, left, atLeft);
                left = high - (golden * (high - low));
                atLeft = function(left);
            }
            else
            {
                (low, left, atLeft) = (left, right, atRight);
                right = low + (golden * (high - low));
                atRight = function(right);
            }
        }

        return (low + high) / 2;
    }
}
