using Edge.Identity;

namespace Edge.Tests.Identity;

public sealed class IdentityOptionsTests
{
    [Fact]
    public void The_defaults_are_valid() => Assert.True(new IdentityOptionsValidator().Validate(null, new()).Succeeded);

    [Fact]
    public void All_errors_are_told_together_each_with_key_and_remedy()
    {
        var result = new IdentityOptionsValidator().Validate(null, new()
        {
            Issuer = "here",
            Audience = "",
            AccessTokenSeconds = 1,
            ClockToleranceSeconds = -1,
            MaxTokenBytes = 10,
            ScramIterations = 1,
            CodeAttemptsPerMinute = 0,
            MaxAccounts = 0,
        });

        Assert.Equal(8, result.Failures!.Count());
        Assert.All(result.Failures!, failure => Assert.Matches("^identity:[a-zA-Z]+ is .*: give ", failure));
    }
}
